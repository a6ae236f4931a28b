// The organizers' page: who has an editor, how it is, and what one can do about it.
import { occupy } from "../../support/ports.ts";
import { expect, test } from "../../support/test.ts";

test("everybody has a row; whoever is launched turns to Running", async ({ visitor, thon }) => {
  await visitor.signInAsOrganizer();
  await visitor.settled();
  for (const user of ["alice", "bob", "carol"]) await expect(visitor.row(user)).toContainText("Not started");
  await expect(visitor.row("alice")).toContainText(thon.slug("alpha", "alice"));
  await visitor.row("alice").getByRole("button", { name: "Launch alice" }).click();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Running"));
  await expect(visitor.row("bob")).toContainText("Not started");
  await expect(visitor.row("alice").getByRole("link", { name: thon.slug("alpha", "alice") })).toHaveAttribute(
    "href",
    `/open/${thon.slug("alpha", "alice")}`,
  );
});

test("a group's missing people are launched together, and the others with all", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.settled();
  await page.getByRole("button", { name: `Launch missing 2 in ${thon.group("alpha")}` }).click();
  await visitor.sees(() => expect(page.getByRole("rowgroup").filter({ hasText: "alice" })).toContainText("2 of 2 running"));
  await expect(visitor.row("carol")).toContainText("Not started");
  await page.getByRole("button", { name: "Launch all missing 1" }).click();
  await visitor.sees(() => expect(visitor.row("carol")).toContainText("Running"));
  await expect(page.getByRole("button", { name: /missing/ })).toHaveCount(0);
});

test("an end is asked about, with what goes and what stays", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances");
  await visitor.settled();
  const dialog = page.getByRole("dialog", { name: "Terminate alice?" });
  await (await visitor.menu("alice")).getByRole("link", { name: "Terminate… alice" }).click();
  await expect(dialog).toContainText("The sandbox");
  await expect(dialog).toContainText("The files in /workspace");
  await dialog.getByRole("link", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await expect(visitor.row("alice")).toContainText("Running");
  await (await visitor.menu("alice")).getByRole("link", { name: "Terminate… alice" }).click();
  await dialog.getByRole("button", { name: "Terminate alice" }).click();
  await expect(dialog).toBeHidden();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Terminated"));
  await expect(visitor.row("alice").getByRole("button", { name: "Launch again alice" })).toBeVisible();
});

test("a pause needs no question, and is undone", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances");
  await visitor.settled();
  await visitor.row("alice").getByRole("button", { name: "Pause alice" }).click();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Paused"));
  if (visitor.scripted) {
    await expect(page.getByText("alice is paused")).toBeVisible();
    await page.getByRole("button", { name: "Undo the pause of alice" }).click();
    await expect(page.getByText("alice is paused")).toBeHidden();
  } else {
    await visitor.row("alice").getByRole("button", { name: "Resume alice" }).click();
  }
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Running"));
});

test("a new sandbox is asked about, then made", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/instances");
  await visitor.settled();
  await (await visitor.menu("alice")).getByRole("link", { name: "Recreate… alice" }).click();
  const dialog = page.getByRole("dialog", { name: "Recreate alice?" });
  await expect(dialog).toContainText("The files in /workspace");
  await dialog.getByRole("button", { name: "Recreate alice" }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL("/instances");
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Running"));
});

test("an end that is near is told, and put off", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.renew("alpha", "alice", 10);
  await page.goto("/instances");
  await visitor.settled();
  await expect(visitor.row("alice")).toContainText(/ends in (10 min|9 min \d+ s)/);
  await (await visitor.menu("alice")).getByRole("button", { name: "Let it end in 60 min alice" }).click();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText(/ends in (1 h 0 min|59 min)/));
  await expect(visitor.row("bob")).not.toContainText("ends in");
});

test("a failure says why, and the next launch can be better", async ({ visitor, thon }) => {
  await visitor.signInAsOrganizer();
  // Its port is given to an instance for life, so somebody else can be there when it comes back.
  await visitor.launch("alpha", "alice");
  await visitor.terminate("alpha", "alice");
  const release = await occupy(thon.startingPort);
  await visitor.page.goto("/instances");
  await visitor.settled();
  await visitor.row("alice").getByRole("button", { name: "Launch again alice" }).click();
  const reason = `Something else listens on 127.0.0.1:${thon.startingPort}; end it, then try again`;
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Failed"));
  await expect(visitor.row("alice")).toContainText(reason);
  await release();
  await visitor.row("alice").getByRole("button", { name: "Launch again alice" }).click();
  await visitor.sees(() => expect(visitor.row("alice")).toContainText("Running"));
  await expect(visitor.row("alice")).not.toContainText(reason);
});

// A live page takes the button away in time, so only a page without JavaScript can be late.
test("a button that comes too late is answered with what, why and what to do @plain", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.row("alice").getByRole("button", { name: "Launch alice" }).click();
  const problem = page.getByRole("alert");
  await expect(problem).toContainText("Alice has an instance that runs or is about to.");
  await expect(problem).toContainText("Terminate it first, or open it.");
  await expect(visitor.row("alice")).toContainText("Running");
});

test("without anybody the page names the next action", async ({ start, arrive }) => {
  const visitor = await arrive(await start({ groups: {} }));
  await visitor.signInAsOrganizer();
  await expect(visitor.page.getByRole("heading", { level: 2 })).toHaveText("Nobody is here yet");
  await expect(visitor.page.getByText("thon launch --groups groups.yaml")).toBeVisible();
});
