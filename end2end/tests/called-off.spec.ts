// Calling a job off while most of it waits, on real containers.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slowDocker } from "../support/slow-docker.ts";
import { expect, test } from "../support/test.ts";

// Simulated sandboxes start faster than anybody clicks; these are real ones, one after the other, on a slow way to Docker.
test("a job is called off: who waits leaves the queue, what has begun goes on", async ({ start, arrive }) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), "thon-docker-"));
  const socket = join(folder, "docker.sock");
  const end = await slowDocker(socket, 300);
  try {
    const people = ["p10", "p11", "p12", "p13", "p14", "p15"];
    const plan = { groups: { alpha: people }, parallel_starts: 1, docker_host: `unix://${socket}` };
    const thon = await start(plan);
    const visitor = await arrive(thon);
    const { page } = visitor;
    await visitor.signInAsOrganizer();
    const headers = { origin: thon.origin };
    const { job } = await (await visitor.context.request.post("/api/jobs", { data: { kind: "launch" }, headers })).json();
    await page.goto(`/jobs/${job.id}`);
    await visitor.settled();
    await expect(page.getByText(/place \d+ in the queue/).first()).toBeVisible();
    await page.getByRole("button", { name: "Call off" }).click();
    await expect(page.getByText("It was called off: what had begun goes on.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Call off" })).toHaveCount(0);
    const parts = page.getByRole("region", { name: "Parts of the job" });
    await expect(parts.getByText(/place \d+ in the queue/)).toHaveCount(0);
    const called = await parts.getByRole("listitem").filter({ hasText: "Called off" }).count();
    expect(called, "who waited").toBeGreaterThan(0);
    expect(called, "who had begun").toBeLessThan(people.length);
    await expect(parts).toContainText(`${people.length - called} of 6 done, ${called} called off`, { timeout: 60_000 });
  } finally {
    await end();
    await rm(folder, { recursive: true });
  }
});
