// Choosing several rows and doing the same with all of them.
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

const bar = ({ page }: Visitor) => page.getByRole("form", { name: "Selected instances" });

async function launched(visitor: Visitor, ...users: string[]): Promise<void> {
  await visitor.signInAsOrganizer();
  for (const user of users) await visitor.launch("alpha", user);
  await visitor.page.goto("/instances");
  await visitor.settled();
}

async function choose({ page }: Visitor, ...users: string[]): Promise<void> {
  for (const user of users) await page.getByRole("checkbox", { name: `Select ${user}` }).check();
}

test("what is chosen is paused, resumed, given an end and ended together", async ({ visitor }) => {
  test.setTimeout(60_000);
  const { page } = visitor;
  await launched(visitor, "alice", "bob");
  await expect(bar(visitor)).toBeHidden();
  await choose(visitor, "alice", "bob");
  if (visitor.scripted) await expect(bar(visitor)).toContainText("2 selected");
  await bar(visitor).getByRole("button", { name: "Pause" }).click();
  for (const user of ["alice", "bob"]) await visitor.sees(() => expect(visitor.row(user)).toContainText("Paused"));

  if (visitor.scripted) {
    await page.getByRole("button", { name: "Undo the pause of 2 instances" }).click();
  } else {
    await choose(visitor, "alice", "bob");
    await bar(visitor).getByRole("button", { name: "Resume" }).click();
  }
  for (const user of ["alice", "bob"]) await visitor.sees(() => expect(visitor.row(user)).toContainText("Running"));

  await choose(visitor, "alice", "bob");
  await bar(visitor).getByRole("button", { name: "Renew for 60 min" }).click();
  for (const user of ["alice", "bob"]) await visitor.sees(() => expect(visitor.row(user)).toContainText("ends in"));

  await choose(visitor, "alice", "bob");
  await bar(visitor).getByRole("button", { name: "Terminate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Terminate 2 instances?" });
  await expect(dialog).toContainText("2 sandboxes: alice, bob");
  await expect(dialog).toContainText("The files in /workspace");
  await dialog.getByRole("button", { name: "Terminate 2 instances" }).click();
  await expect(dialog).toBeHidden();
  for (const user of ["alice", "bob"]) await visitor.sees(() => expect(visitor.row(user)).toContainText("Terminated"));
  await expect(page).toHaveURL(/\/instances\??[^?]*$/);
});

test("one that is refused is named, and the others are done", async ({ visitor, thon }) => {
  await launched(visitor, "alice", "bob");
  await visitor.terminate("alpha", "bob");
  await visitor.page.goto("/instances");
  await visitor.settled();
  if (visitor.scripted) visitor.expects(/status of 409/);
  await choose(visitor, "alice", "bob");
  await bar(visitor).getByRole("button", { name: "Pause" }).click();
  const problem = visitor.page.getByRole("alert");
  await expect(problem).toContainText("Refused for 1 of 2.");
  await expect(problem).toContainText(`${thon.group("alpha")}/bob: Cannot pause an instance that is terminated.`);
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Paused"));
  await expect(visitor.row("bob")).toContainText("Terminated");
});

test("the end of many is typed, and all that are found are chosen at once", async ({ start, arrive }) => {
  test.setTimeout(60_000);
  const people = ["ada", "bea", "cleo", "dora", "eve", "fay"];
  const visitor = await arrive(await start({ groups: { alpha: people } }));
  const { page } = visitor;
  await launched(visitor, ...people.slice(0, 5));
  await page.goto("/instances?state=running");
  await visitor.settled();
  await page.getByRole("link", { name: "Select all 5" }).click();
  await bar(visitor).getByRole("button", { name: "Terminate…" }).click();
  const dialog = page.getByRole("dialog", { name: "Terminate 5 instances?" });
  await expect(dialog).toContainText("5 sandboxes: ada, bea, cleo and 2 others");
  await dialog.getByRole("button", { name: "Terminate 5 instances" }).click();
  await expect(dialog, "nothing happens before it is typed").toBeVisible();
  await dialog.getByLabel("Type terminate 5 to confirm").fill("terminate 5");
  await dialog.getByRole("button", { name: "Terminate 5 instances" }).click();
  await expect(dialog).toBeHidden();
  await visitor.sees(() => expect(page.getByText("0 people found.")).toBeVisible());
  await page.getByRole("link", { name: "Show everybody" }).click();
  await expect(visitor.row("ada")).toContainText("Terminated");
  await expect(visitor.row("fay")).toContainText("Not started");
});

test("keys find, choose and let go @desktop @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  await launched(visitor, "alice", "bob");
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search instances")).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByLabel("Search instances")).toHaveValue("x");
  await page.getByLabel("Search instances").fill("");
  await page.getByLabel("Search instances").blur();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("checkbox", { name: "Select alice" })).toBeChecked();
  await page.getByRole("checkbox", { name: "Select bob" }).click({ modifiers: ["Shift"] });
  await expect(bar(visitor)).toContainText("2 selected");
  await page.keyboard.press("Escape");
  await expect(bar(visitor)).toBeHidden();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("Select the row");
});

test("shift and a click choose all between @desktop @hydrated", async ({ start, arrive }) => {
  const people = ["ada", "bea", "cleo", "dora"];
  const visitor = await arrive(await start({ groups: { alpha: people } }));
  await launched(visitor, ...people);
  await visitor.page.getByRole("checkbox", { name: "Select ada" }).click();
  await visitor.page.getByRole("checkbox", { name: "Select cleo" }).click({ modifiers: ["Shift"] });
  await expect(bar(visitor)).toContainText("3 selected");
  await expect(visitor.page.getByRole("checkbox", { name: "Select dora" })).not.toBeChecked();
  await visitor.page.getByRole("checkbox", { name: "Select all that are shown" }).click();
  await expect(bar(visitor)).toContainText("4 selected");
});
