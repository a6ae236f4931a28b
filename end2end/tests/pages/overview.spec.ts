// The overview: how the event is, what needs somebody, what happened.
import { occupy } from "../../support/ports.ts";
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

/** The number that stands at a state. */
const count = ({ page }: Visitor, state: string) => page.locator(".strip > div").filter({ hasText: state }).getByRole("definition");

test("states are counted, and each count leads to those who are counted", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/");
  await visitor.settled();
  await expect(count(visitor, "Running")).toHaveText("1 of 3");
  await expect(count(visitor, "Not started")).toHaveText("2");
  await expect(page.getByText("1 started, 0 failed in the last 4 h")).toBeVisible();
  await visitor.launch("beta", "carol");
  await visitor.sees(() => expect(count(visitor, "Running")).toHaveText("2 of 3"));
  await expect(page.getByText("2 started, 0 failed in the last 4 h")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "carol Running" }).first()).toContainText("The editor answers");
  await expect(page.getByRole("link", { name: "alice: Running" })).toBeAttached();
  await expect(page.getByRole("listitem").filter({ hasText: thon.group("alpha") }).first()).toContainText("1/2");
  await page.getByRole("link", { name: "Running", exact: true }).click();
  await expect(page).toHaveURL("/instances?state=running");
  await expect(visitor.row("carol")).toBeVisible();
  await expect(visitor.row("bob")).toHaveCount(0);
});

test("what failed is told with its reason, and started again from there", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.terminate("alpha", "alice");
  await page.goto("/");
  await visitor.settled();
  await expect(page.getByText("Nothing. Whatever fails to start is told here.")).toBeVisible();
  const release = await occupy(thon.startingPort);
  await visitor.launch("alpha", "alice");
  await visitor.sees(() => expect(page.getByRole("heading", { name: "alice did not start" })).toBeVisible());
  await expect(page.getByText(`Something else listens on 127.0.0.1:${thon.startingPort}`).first()).toBeVisible();
  await release();
  await page.getByRole("button", { name: "Launch again alice" }).click();
  await visitor.sees(() => expect(count(visitor, "Running")).toHaveText("1 of 3"));
  await expect(page.getByRole("heading", { name: "alice did not start" })).toHaveCount(0);
});

test("the ways lead from page to page, and the one that is shown is marked", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  const ways = page.getByRole("navigation", { name: /^(Main|Sections)$/ });
  await expect(ways.getByRole("link", { name: /^Instances/ })).toHaveAttribute("aria-current", "page");
  await ways.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(ways.getByRole("link", { name: "Overview" })).toHaveAttribute("aria-current", "page");
  await ways.getByRole("link", { name: /^Instances/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Instances");
  await expect(visitor.row("alice")).toContainText("Not started");
});

test("before anybody is there the overview names the next action", async ({ start, arrive }) => {
  const visitor = await arrive(await start({ groups: {} }));
  await visitor.signInAsOrganizer();
  await visitor.page.goto("/");
  await expect(visitor.page.getByRole("heading", { level: 2 })).toHaveText("Nobody is here yet");
  await expect(visitor.page.getByText("thon launch --groups groups.yaml")).toBeVisible();
});

test("the overview follows what others do without a request @hydrated", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/");
  await visitor.settled();
  const other = await arrive(thon);
  await other.signInAsOrganizer();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await other.launch("alpha", "bob");
  await expect(count(visitor, "Running")).toHaveText("1 of 3");
  await expect(page.getByText("1 started, 0 failed in the last 4 h")).toBeVisible();
  expect(asked).toEqual([]);
});
