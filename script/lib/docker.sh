# shellcheck shell=bash
# Docker for the scripts: which client to use, and a daemon where none answers.
# Sourced after lib.sh. A daemon that we did not start is never touched.

docker_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# docker_builder: a client that speaks BuildKit; one newer than 20.10 needs the buildx plugin for that.
docker_builder() {
  local client
  for client in docker /usr/bin/docker; do
    has "$client" || continue
    if "$client" buildx version >/dev/null 2>&1 || "$client" --version | grep -q ' version 2[0-2]\.'; then
      say "$client"
      return
    fi
  done
  fail "no docker client here can use BuildKit; install Docker's buildx plugin"
}

# own_daemon: true when the daemon that answers is one that ensure_docker started.
own_daemon() {
  local pid
  pid=$(cat "$(state_dir)/dockerd.pid" 2>/dev/null) && [[ $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]]
}

# ensure_docker: true when a daemon answers in the end.
ensure_docker() {
  docker_answers && return
  is_root && has dockerd || return 1
  if [[ -d /run/systemd/system ]]; then
    timed "start Docker" systemctl start docker || return 1
  else
    timed "start dockerd" start_dockerd || return 1
  fi
}

# drop_stale_pid FILE PROGRAM: a daemon that was killed leaves its pid file, and the pid may be another program's by now;
# the next daemon would take that one for a daemon and refuse to start.
drop_stale_pid() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$2" ]] || rm -f "$1"
}

# Outlives the shell that called us: the sandboxes are its children.
start_dockerd() {
  local dir
  dir=$(state_dir)
  mkdir -p "$dir"
  drop_stale_pid /var/run/docker.pid dockerd
  drop_stale_pid /var/run/docker/containerd/containerd.pid containerd
  setsid nohup dockerd >>"$dir/dockerd.log" 2>&1 </dev/null &
  echo $! >"$dir/dockerd.pid"
  for _ in $(seq 60); do
    if docker_answers; then
      say "  log: $dir/dockerd.log, pid: $(cat "$dir/dockerd.pid")"
      return
    fi
    kill -0 "$(cat "$dir/dockerd.pid")" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 "$dir/dockerd.log" >&2
  return 1
}

docker_missing() {
  local socket=/var/run/docker.sock
  if [[ -S $socket && ! -w $socket ]]; then
    warn "there is a Docker daemon, but $(id -un) may not use it"
    hint "run: sudo usermod -aG docker $(id -un), then sign in again"
    return
  fi
  warn "no Docker daemon answers, and none could be started"
  hint "install Docker (https://docs.docker.com/engine/install/), or set \`sandbox.runtime: simulated\` to see THON without it"
}
