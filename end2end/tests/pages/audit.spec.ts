// The audit: who did what, found by whom, what and outcome, and taken out.
import { expect, test } from "../../support/test.ts";

test("organizers find who did what, and who was refused", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  const alice = await arrive(thon);
  await alice.signInByLink("alpha", "alice");
  const { instances } = await (await page.request.get("/api/instances?page_size=1")).json();
  expect(instances).toHaveLength(1);
  const headers = { origin: thon.origin };
  const data = { group: thon.group("alpha"), username: "bob" };
  expect((await alice.context.request.post("/api/instances", { data, headers })).status()).toBe(403);

  await page.goto("/settings");
  await page.getByRole("link", { name: "audit", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
  await visitor.settled();
  const done = page.getByRole("row").filter({ hasText: "Launch" }).filter({ hasText: "Done" });
  await expect(done.first()).toContainText(`${thon.group("alpha")}/alice`);
  const refused = page.getByRole("row").filter({ hasText: "POST /api/instances" }).filter({ hasText: "Refused" });
  await expect(refused).toContainText("This instance is somebody else's.");

  await page.getByLabel("Who", { exact: true }).fill("alice");
  await page.getByLabel("Outcome").selectOption({ label: "Refused" });
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/who=alice.*outcome=refused/);
  await expect(page.getByRole("status").filter({ hasText: "1 line" })).toBeVisible();
  await expect(refused).toContainText(`${thon.group("alpha")}/bob`);
  const path = await page.getByRole("link", { name: "Export as JSON lines" }).getAttribute("href");
  const lines = (await (await page.request.get(path ?? "")).text()).trim().split("\n").map((line) => JSON.parse(line));
  expect(lines.map((line) => [line.who, line.deed, line.outcome])).toEqual([["alice", "other", "refused"]]);
  await page.getByRole("link", { name: "Show everything" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Export" })).toBeVisible();

  alice.expects(/status of 403/);
  expect((await alice.page.goto("/audit"))?.status()).toBe(403);
});
