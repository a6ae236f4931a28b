// Somebody who runs the event looks into an editor, and whoever works in it sees that.
import { connections, Editor } from "../support/editor.ts";
import { expect, test } from "../support/test.ts";

test("who works in an editor sees who visits it, from when and until when", async ({ thon, arrive }) => {
  const [organizer, alice] = [await arrive(thon), await arrive(thon)];
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await alice.signInByLink("alpha", "alice");
  await alice.page.goto(thon.editor("alpha", "alice"));
  const editor = new Editor(alice.page);
  await editor.ready();
  const visitors = editor.page.locator(".statusbar-item", { hasText: "Admin (admin)" });
  await expect(visitors).toHaveCount(0);

  const tab = await organizer.context.newPage();
  await tab.goto(thon.editor("alpha", "alice"));
  await new Editor(tab).ready();
  await expect(visitors).toBeVisible({ timeout: 20_000 });
  await expect(editor.page.locator(".notification-list-item", { hasText: "Admin (admin) has opened this editor." })).toBeVisible();

  await organizer.leaveTab(tab);
  await expect(visitors).toHaveCount(0, { timeout: 20_000 });
});

test("who works in an editor asks the visitor to leave, whose window is cut, and who may come again", async ({ thon, arrive }) => {
  const [organizer, alice] = [await arrive(thon), await arrive(thon)];
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await alice.signInByLink("alpha", "alice");
  const open = connections(organizer.page, thon.editor("alpha", "alice"));
  await organizer.page.goto(thon.editor("alpha", "alice"));
  await new Editor(organizer.page).ready();
  expect(open(), "the editor is connected").toBeGreaterThan(0);
  const card = alice.page.getByRole("region", { name: "Visitors" });
  await expect(card.getByRole("status")).toHaveText("1 now");
  organizer.expectsCuts();
  organizer.expects(/status of (401|403)/);
  await card.getByRole("button", { name: /^Ask to leave ?: Admin$/ }).click();
  await expect.poll(open, { timeout: 5_000 }).toBe(0);
  await expect(card.getByText(/You asked them to leave\.$/)).toBeVisible({ timeout: 10_000 });

  await organizer.page.goto(thon.editor("alpha", "alice"));
  await expect(organizer.page.getByRole("heading", { level: 1 })).toHaveText("alice asked you to leave");
  await organizer.page.getByRole("link", { name: "Visit again" }).click();
  await new Editor(organizer.page).ready();
  await expect(card.getByRole("status")).toHaveText("1 now");
});
