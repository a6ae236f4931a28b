// Docker as a person at a shell would use it: the tests look at the truth with it, and break things with it.
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 16 << 20 });
  return stdout.trim();
}

/** Runs a command inside somebody's sandbox. */
export async function inside(slug: string, ...command: string[]): Promise<string> {
  return docker("exec", `thon-${slug}`, ...command);
}

/** What stands behind a name, or nothing. */
export async function inspect(slug: string, format: string): Promise<string> {
  return docker("inspect", "--format", format, `thon-${slug}`).catch(() => "");
}

/** Removes all containers of the server whose groups bear this mark, and the volumes that it made for them. */
export async function removeSandboxes(mark: string): Promise<void> {
  const named = lines(await docker("ps", "-aq", "--filter", `name=thon-${mark}`));
  const labels = await Promise.all(named.map((id) => docker("inspect", "--format", '{{index .Config.Labels "thon.installation"}}', id)));
  const installations = [...new Set(labels)].filter(Boolean);
  const owned = await Promise.all(
    installations.map((id) => docker("ps", "-aq", "--filter", `label=thon.installation=${id}`)),
  );
  const containers = [...new Set([...named, ...owned.flatMap(lines)])];
  if (containers.length) await docker("rm", "-f", ...containers);
  const volumes = lines(await docker("volume", "ls", "-q", "--filter", `name=${mark}`)).filter((name) => name.startsWith("thon-"));
  if (volumes.length) await docker("volume", "rm", ...volumes);
}

/**
 * Waits until the addresses of this machine have stood still for three seconds. A new bridge gets its IPv6 address a
 * moment after its sandbox runs, and Chromium breaks off whatever loads then (net::ERR_NETWORK_CHANGED).
 */
export async function networkStandsStill(): Promise<void> {
  const addresses = async () => (await run("ip", ["-o", "address"])).stdout.replace(/\w+_lft \S+/g, "");
  for (let [before, tries] = ["", 0]; tries < 10; tries += 1) {
    const now = await addresses();
    if (now === before && !now.includes("tentative")) return;
    before = now;
    await sleep(3_000);
  }
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
