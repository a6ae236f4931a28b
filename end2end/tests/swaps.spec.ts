// Two containers' ports swapped by hand: nobody sees another's editor, and both people are back in their own.
import { setTimeout as sleep } from "node:timers/promises";
import { docker, inspect } from "../support/docker.ts";
import { TEAM, teamAtWork } from "../support/team.ts";
import { expect, test } from "../support/test.ts";
import { whose } from "../support/whose.ts";
import type { Thon } from "../support/thon.ts";
import type { Visitor } from "../support/visitor.ts";

test("swapped ports show nobody another's editor, and THON puts it right", async ({ thon, arrive }) => {
  const organizer = await arrive(thon);
  const people = await teamAtWork(thon, organizer, arrive);
  const before = await ports(thon);

  // THON sleeps, so that it wakes to a fact and with its old routes.
  thon.signal("SIGSTOP");
  await swap(thon);
  const early = TEAM.map((user) => whose(thon, people.get(user) as Visitor, user));
  thon.signal("SIGCONT");
  for (const [at, seen] of (await Promise.all(early)).entries()) {
    expect([TEAM[at], "nobody"], "the first look after the swap").toContain(seen);
  }

  // From now on until all is right again, whoever looks sees what is theirs or nothing.
  const deadline = Date.now() + 60_000;
  const home = new Set<string>();
  while ((home.size < TEAM.length || (await thon.check())) && Date.now() < deadline) {
    for (const user of TEAM) {
      const seen = await whose(thon, people.get(user) as Visitor, user);
      expect([user, "nobody"], `what ${user} sees`).toContain(seen);
      if (seen === user) home.add(user);
    }
    await sleep(200);
  }
  expect([...home].sort(), "both are back in their own").toEqual([...TEAM]);
  expect(await thon.check(), "nothing is left to put right").toBe("");
  expect(await ports(thon), "each is at the port that is theirs for life").toEqual(before);
  for (const user of TEAM) {
    const { page } = people.get(user) as Visitor;
    await page.goto(thon.editor("alpha", user));
    await expect(page.locator(".monaco-workbench")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("treeitem", { name: "whose.txt" })).toBeVisible({ timeout: 30_000 });
  }
});

async function ports(thon: Thon): Promise<string[]> {
  return Promise.all(TEAM.map((user) => inspect(thon.slug("alpha", user), "{{json .HostConfig.PortBindings}}")));
}

/** Replaces both containers by copies that differ in nothing but the port, each at the other's. */
async function swap(thon: Thon): Promise<void> {
  const copies = await Promise.all(
    TEAM.map(async (user) => JSON.parse(await docker("inspect", `thon-${thon.slug("alpha", user)}`))[0]),
  );
  for (const copy of copies) await docker("rm", "-f", copy.Id);
  for (const [at, copy] of copies.entries()) {
    const [{ HostPort }] = Object.values(copies[1 - at].HostConfig.PortBindings)[0] as [{ HostPort: string }];
    const labels = Object.entries(copy.Config.Labels).map(([key, value]) => `--label=${key}=${value}`);
    const env = (copy.Config.Env as string[]).map((entry) => `--env=${entry}`);
    const mounts = copy.Mounts.map((mount: { Name: string; Destination: string }) => `--volume=${mount.Name}:${mount.Destination}`);
    const rest = [`--name=${copy.Name.slice(1)}`, `--hostname=${copy.Config.Hostname}`, `--network=${copy.HostConfig.NetworkMode}`];
    await docker("run", "-d", `--publish=127.0.0.1:${HostPort}:8443`, ...rest, ...labels, ...env, ...mounts, copy.Config.Image);
  }
}
