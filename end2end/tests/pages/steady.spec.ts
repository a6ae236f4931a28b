// A live table that stays put: no row moves from under a pointer, and the boxes stand in one column.
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

const order = async ({ page }: Visitor) => {
  const names = await page.getByRole("table").getByRole("rowheader").allInnerTexts();
  return names.map((name) => name.split("\n")[0]?.trim());
};

test("rows stay where they are under a pointer, and come into order after it @hydrated @desktop", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "bob");
  await page.goto("/instances?sort=state");
  await visitor.settled();
  expect(await order(visitor)).toEqual(["bob", "alice", "carol"]);
  await visitor.row("carol").getByRole("rowheader").hover();
  await visitor.launch("beta", "carol");
  await visitor.terminate("alpha", "bob");
  await expect(visitor.row("bob")).toContainText("Terminated");
  await expect(visitor.row("carol")).toContainText("Running");
  expect(await order(visitor), "held").toEqual(["bob", "alice", "carol"]);
  const due = page.getByRole("button", { name: "Bring the rows up to date" });
  await expect(due).toBeVisible();
  await page.getByRole("heading", { level: 1 }).hover();
  await expect.poll(() => order(visitor), "let go").toEqual(["carol", "bob", "alice"]);
  await expect(due).toHaveCount(0);
});

test("who is not found any more stays until the rows are wanted anew @hydrated @desktop", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.launch("alpha", "bob");
  await page.goto("/instances?state=running");
  await visitor.settled();
  await page.getByRole("checkbox", { name: "Select bob" }).focus();
  await visitor.terminate("alpha", "alice");
  await expect(visitor.row("alice")).toContainText("Terminated");
  const due = page.getByRole("button", { name: "Bring the rows up to date" });
  await due.click();
  await expect(visitor.row("alice")).toHaveCount(0);
  await expect(visitor.row("bob")).toContainText("Running");
});

test("the box that selects all stands above the others @hydrated @desktop", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances");
  const all = await page.getByRole("checkbox", { name: "Select all that are shown" }).boundingBox();
  const one = await page.getByRole("checkbox", { name: "Select alice" }).boundingBox();
  expect(all && one && all.x + all.width / 2).toBeCloseTo((one?.x ?? 0) + (one?.width ?? 0) / 2, 0);
});

test("what a sandbox takes shows in its row while it runs, and not a moment longer @hydrated", async ({ visitor, thon }) => {
  test.setTimeout(90_000);
  visitor.expects(/WebSocket connection to .*\/api\/live.* failed/);
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.page.goto("/instances");
  await visitor.settled();
  await expect(visitor.row("alice")).toContainText("60 MiB", { timeout: 15_000 });
  await expect(visitor.row("bob")).not.toContainText("MiB");
  await visitor.terminate("alpha", "alice");
  await expect(visitor.row("alice")).not.toContainText("MiB", { timeout: 15_000 });
  await visitor.launch("alpha", "alice");
  await expect(visitor.row("alice")).toContainText("60 MiB", { timeout: 15_000 });
  await thon.down();
  await expect(visitor.row("alice")).not.toContainText("MiB");
  await expect(visitor.row("alice")).toContainText("Running");
});
