// Jobs: what was asked of many, each one's part, live, and calling it off.
import { expect, test } from "../../support/test.ts";

test("many are launched, and their job tells how far each is @hydrated", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.settled();
  await page.getByRole("button", { name: /^Launch all missing/ }).click();
  await page.getByRole("link", { name: "See the job" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Launch 3 instances" })).toBeVisible();
  const parts = page.getByRole("region", { name: "Parts of the job" });
  await expect(parts).toContainText("3 of 3 done", { timeout: 20_000 });
  await expect(parts.getByRole("listitem").filter({ hasText: `${thon.group("alpha")}/alice` })).toContainText("Done");
  await expect(page.getByText("by Admin")).toBeVisible();
  await expect(page.getByText(/, took \d+ s/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Call off" })).toHaveCount(0);
  // What became of it stays, whatever somebody does later.
  await visitor.terminate("alpha", "alice");
  await expect(parts).toContainText("3 of 3 done");
  await page.reload();
  await visitor.settled();
  await expect(parts).toContainText("3 of 3 done");
});

test("a job that ends while its page is on the way is shown as over @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.settled();
  const isOver = async () => {
    const { jobs } = await (await visitor.context.request.get("/api/jobs")).json();
    return jobs[0]?.finished_at !== null;
  };
  await page.getByRole("button", { name: /^Launch all missing/ }).click();
  const link = page.getByRole("link", { name: "See the job" });
  await expect(link).toBeVisible();
  // The fleet is told when the job is over; nothing that is told later speaks of its end.
  await page.route("**/sfn/fleet_view*", async (route) => {
    await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
    await route.continue();
  });
  await link.click();
  await expect(page.getByText(/, took \d+ s/)).toBeVisible({ timeout: 20_000 });
});

test("a job of others shows in the list while one looks @hydrated", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/jobs");
  await visitor.settled();
  await expect(page.getByText("Nothing was asked of many yet.")).toBeVisible();
  const other = await arrive(thon);
  await other.signInAsOrganizer();
  const headers = { origin: thon.origin };
  await other.context.request.post("/api/jobs", { data: { kind: "launch" }, headers });
  const jobs = page.getByRole("region", { name: "Jobs" });
  await expect(jobs.getByRole("listitem")).toContainText("Launch 3 instances");
  await expect(jobs.getByRole("listitem")).toContainText("Over.", { timeout: 20_000 });
  await page.reload();
  await visitor.settled();
  await expect(jobs.getByRole("listitem")).toContainText("3 of 3 done");
});

test("who is refused is told, and the way to all jobs needs no script", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.launch("alpha", "bob");
  await visitor.terminate("alpha", "bob");
  const instance_ids = [await visitor.instance("alpha", "alice"), await visitor.instance("alpha", "bob")];
  await visitor.context.request.post("/api/jobs", { data: { kind: "pause", instance_ids }, headers: { origin: thon.origin } });
  await page.goto("/instances");
  await visitor.settled();
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jobs");
  await visitor.sees(() => expect(page.getByRole("listitem").filter({ hasText: "Pause 2 instances" })).toContainText("1 of 2 done, 1 refused"));
  await visitor.settled();
  await page.getByRole("link", { name: "Pause 2 instances" }).click();
  const bob = page.getByRole("listitem").filter({ hasText: `${thon.group("alpha")}/bob` });
  await expect(bob).toContainText("Refused");
  await expect(bob).toContainText("Cannot pause an instance that is terminated.");
  await visitor.settled();
  await bob.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("bob");
  await visitor.settled();
});

test("jobs are the organizers' to see", async ({ arrive, thon }) => {
  const participant = await arrive(thon);
  await participant.signInByLink("alpha", "alice");
  participant.expects(/status of (403|404)/);
  expect((await participant.page.goto("/jobs"))?.status()).toBe(403);
  await expect(participant.page.getByRole("heading", { level: 1 })).toHaveText("This page is not yours");
});

test("a job that is not there is not found", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  visitor.expects(/status of 404/);
  await page.goto("/jobs/01a227cd-0000-7000-8000-000000000000");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
});
