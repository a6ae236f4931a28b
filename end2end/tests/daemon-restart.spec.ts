// The Docker daemon ends and comes back: nobody sees another's editor, and both people are back by themselves.
//
// It stops everybody's containers, so it runs last, and only against a daemon that `script/bootstrap` started: where another
// one answers, script/test leaves it out and says how to run it.
import { execFile, spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { docker } from "../support/docker.ts";
import { alive } from "../support/process.ts";
import { TEAM, teamAtWork } from "../support/team.ts";
import { expect, test } from "../support/test.ts";
import { whose } from "../support/whose.ts";
import type { Visitor } from "../support/visitor.ts";

const STATE = "/var/lib/thon-dev";

test("a restart of Docker leads nobody to another's editor @restarts-docker", async ({ thon, arrive }) => {
  const daemon = ownDaemon();
  const organizer = await arrive(thon);
  const people = await teamAtWork(thon, organizer, arrive);
  await organizer.page.goto("/instances");
  await organizer.settled();

  let over = false;
  const restarted = restart(daemon).finally(() => (over = true));
  const home = new Set<string>();
  const deadline = Date.now() + 120_000;
  while ((!over || home.size < TEAM.length) && Date.now() < deadline) {
    for (const user of TEAM) {
      const seen = await whose(thon, people.get(user) as Visitor, user);
      expect([user, "nobody"], `what ${user} sees`).toContain(seen);
      if (over && seen === user) home.add(user);
    }
    await sleep(200);
  }
  await restarted;
  expect([...home].sort(), "both are back in their own, and nobody had to do anything").toEqual([...TEAM]);
  for (const user of TEAM) await expect(organizer.row(user)).toContainText("Running", { timeout: 30_000 });
  expect(await thon.check()).toBe("");
});

/** The process of the daemon, which our scripts must have started: nobody else's is ours to end. */
function ownDaemon(): number {
  const pid = Number(readFileSync(`${STATE}/dockerd.pid`, "utf8"));
  expect(readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "what script/bootstrap started is still there").toBe("dockerd");
  return pid;
}

/** Ends the daemon and starts it again as script/lib/docker.sh does. */
async function restart(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  while (alive(pid)) await sleep(100);
  const log = openSync(`${STATE}/dockerd.log`, "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  daemon.unref();
  writeFileSync(`${STATE}/dockerd.pid`, `${daemon.pid}\n`);
  const up = async () => promisify(execFile)("docker", ["version"]).then(() => true, () => false);
  while (!(await up())) await sleep(200);
  await docker("ps");
}
