// Finding people among many: the URL says what is asked for, with scripts and without.
import type { Page } from "@playwright/test";
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

/** Presses what only a page without scripts needs. */
async function ask({ page, scripted }: Visitor): Promise<void> {
  if (!scripted) await page.getByRole("button", { name: "Show" }).click();
}

/** What the query of the page says. */
const says = (page: Page, key: string) => new URL(page.url()).searchParams.get(key) ?? "";

test("words find names, groups and states, and a way leads back to everybody", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances");
  await visitor.settled();
  await page.getByLabel("Search instances").fill("bob");
  await ask(visitor);
  await expect(visitor.row("bob")).toBeVisible();
  await expect(visitor.row("alice")).toHaveCount(0);
  await expect(page.getByText("1 person found.")).toBeVisible();
  expect(says(page, "q")).toBe("bob");

  await page.getByLabel("Search instances").fill(`${thon.group("alpha")} running`);
  await ask(visitor);
  await expect(visitor.row("alice")).toBeVisible();
  await expect(visitor.row("bob")).toHaveCount(0);

  await page.getByLabel("Search instances").fill("nobody at all");
  await ask(visitor);
  await expect(page.getByRole("heading", { level: 2, name: "Nobody matches" })).toBeVisible();
  await page.getByRole("link", { name: "Show everybody" }).click();
  for (const user of ["alice", "bob", "carol"]) await expect(visitor.row(user)).toBeVisible();
  await expect(page.getByLabel("Search instances")).toHaveValue("");
});

test("a state and a group narrow together, and each state tells how many", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.launch("beta", "carol");
  await page.goto("/instances");
  await visitor.settled();
  const states = page.getByRole("navigation", { name: "Filter by state" });
  await states.getByRole("link", { name: "Running 2" }).click();
  await expect(states.getByRole("link", { name: "Running 2" })).toHaveAttribute("aria-current", "true");
  await expect(visitor.row("bob")).toHaveCount(0);
  await page.getByLabel("Group").selectOption(thon.group("beta"));
  await ask(visitor);
  await expect(visitor.row("carol")).toBeVisible();
  await expect(visitor.row("alice")).toHaveCount(0);
  expect([says(page, "state"), says(page, "group")]).toEqual(["running", thon.group("beta")]);
  await states.getByRole("link", { name: "All 1" }).click();
  await expect(visitor.row("carol")).toBeVisible();
  await expect(visitor.row("bob")).toHaveCount(0);
});

test("the heads of the columns order the rows, and turn the order round @desktop", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/instances");
  await visitor.settled();
  const names = () => page.locator("tbody .name").allTextContents();
  const head = page.getByRole("columnheader", { name: "Person" });
  await head.getByRole("link").click();
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  expect(await names()).toEqual(["alice", "bob", "carol"]);
  await head.getByRole("link").click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  expect(await names()).toEqual(["carol", "bob", "alice"]);
  await expect(visitor.row("carol")).toContainText(thon.group("beta"));
});

test("what a row asks about keeps the search, also when the answer is no", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances?q=alice&sort=name");
  await visitor.settled();
  const dialog = page.getByRole("dialog", { name: "Terminate alice?" });
  await (await visitor.menu("alice")).getByRole("link", { name: "Terminate… alice" }).click();
  await dialog.getByRole("link", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/instances?q=alice&sort=name");
  await expect(visitor.row("bob")).toHaveCount(0);
  await (await visitor.menu("alice")).getByRole("link", { name: "Terminate… alice" }).click();
  await dialog.getByRole("button", { name: "Terminate alice" }).click();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Terminated"));
  await expect(page).toHaveURL("/instances?q=alice&sort=name");
});

test("searching asks the server nothing, and what is found follows the changes @hydrated", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.settled();
  const other = await arrive(thon);
  await other.signInAsOrganizer();
  const asked: string[] = [];
  // Chromium looks at the icon again with each address.
  page.on("request", (request) => void (/\/(sfn|api)\//.test(request.url()) && asked.push(request.url())));
  await page.getByLabel("Search instances").pressSequentially("running");
  await expect(page.getByText("0 people found.")).toBeVisible();
  await other.launch("alpha", "bob");
  await expect(visitor.row("bob")).toContainText("Running");
  await other.terminate("alpha", "bob");
  await expect(visitor.row("bob")).toHaveCount(0);
  await expect(page).toHaveURL("/instances?q=running");
  expect(asked).toEqual([]);
});
