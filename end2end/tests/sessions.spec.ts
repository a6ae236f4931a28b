// Somebody has left their laptop in the room: from the phone they sign it out, and the editor on it closes.
import { connections, Editor } from "../support/editor.ts";
import { expect, test } from "../support/test.ts";

test("a session that is revoked from another device closes the editor's connections within five seconds", async ({ thon, arrive }) => {
  const [organizer, laptop, phone] = [await arrive(thon), await arrive(thon), await arrive(thon)];
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");

  laptop.expectsCuts();
  laptop.expects(/status of 401|failed: HTTP Authentication failed/);
  await laptop.signInByLink("alpha", "alice");
  const editor = new Editor(laptop.page);
  const open = connections(editor.page, thon.editor("alpha", "alice"));
  await editor.page.goto(thon.editor("alpha", "alice"));
  await editor.ready();
  expect(open(), "the editor is connected").toBeGreaterThan(0);

  await phone.signInByLink("alpha", "alice");
  await phone.page.goto("/account");
  const devices = phone.page.getByRole("region", { name: "Where you are signed in" }).getByRole("listitem");
  await expect(devices).toHaveCount(2);
  await expect(devices.first()).toContainText("this device");
  await devices.last().getByRole("button", { name: "Sign out" }).click();
  await expect.poll(open, { timeout: 5_000 }).toBe(0);
  await expect(devices).toHaveCount(1);
  await editor.page.goto(`${thon.origin}/me`);
  await expect(editor.page).toHaveURL(/\/sign-in\?next=/);
});
