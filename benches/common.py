"""What the measurements share: a THON of its own over its socket, and tables of medians with their spread."""

import http.client
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 120


class Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server:
    """A THON of its own, gone with everything it wrote."""

    def __init__(self, program, port, yaml="sandbox: {runtime: simulated}\n"):
        self.port = port
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="thon-bench-"))
        (self.home / "thon.yaml").write_text(yaml)
        environment = {**os.environ, "THON_HOME": str(self.home), "DASHBOARD_PORT": str(port)}
        self.log = (self.home / "log").open("w")
        self.process = subprocess.Popen([program, "run"], env=environment, stdout=self.log, stderr=self.log)

    def __enter__(self):
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        log = (self.home / "log").read_text()
        self.__exit__()
        raise RuntimeError(f"the server is not ready:\n{log}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.log.close()
        shutil.rmtree(self.home)

    def ask(self, method, path, body=None, kind="application/yaml"):
        connection = Connection(self.home / "thon.sock")
        try:
            connection.request(method, path, body, {"content-type": kind} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def told(self, method, path, body=None):
        """A good answer, read as JSON; `body` is sent as JSON."""
        status, text = self.ask(method, path, None if body is None else json.dumps(body), "application/json")
        assert status in (200, 201, 202), (path, status, text[:500])
        return json.loads(text)

    def timed(self, method, path, body=None):
        began = time.perf_counter()
        status, text = self.ask(method, path, body)
        took = time.perf_counter() - began
        assert status == 200, (status, text[:500])
        return took, json.loads(text)

    def all_running(self, count):
        """Launches whoever is missing and waits until so many run."""
        self.told("POST", "/api/instances/launch-missing", {})
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            if self.told("GET", "/api/instances?state=Running&page_size=1")["total"] == count:
                return
            time.sleep(0.2)
        raise TimeoutError(f"not {count} running")


def program(profile="release"):
    return pathlib.Path(os.environ["CARGO_TARGET_DIR"]) / profile / "thon"


def groups_file(users, groups):
    lines = ["event_id: bench", "groups:"]
    for group in range(groups):
        lines.append(f"  group-{group:03}:")
        members = range(group, users, groups)
        lines += [f"  - {{name: user-{n:05}, email: user-{n:05}@example.org}}" for n in members]
    return "\n".join(lines) + "\n"


def spread(values, unit, digits=2):
    """The median, with the least and the most."""
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} {unit} ({least:.{digits}f} to {most:.{digits}f})"


def percentile(values, percent):
    """The value that so many percent are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def say(line):
    print(f"  {line}", file=sys.stderr)
