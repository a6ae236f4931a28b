// Events: made, called otherwise, deleted with everybody in them.
import { expect, test } from "../../support/test.ts";

test("an event is made, called otherwise, and deleted with what goes", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/groups");
  await visitor.settled();
  await page.getByRole("main").getByRole("link", { name: "Events" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Events");
  await visitor.settled();
  const events = page.getByRole("region", { name: "Events" });
  const line = (words: string) => events.getByRole("listitem").filter({ hasText: words });
  await expect(line("Spring hackathon")).toContainText("2 groups, 3 people");
  const making = page.getByRole("region", { name: "New event" });
  await making.getByLabel("Id, as files name it").fill("autumn");
  await making.getByLabel("Title, if you like").fill("Autumn hackathon");
  await making.getByRole("button", { name: "Make event" }).click();
  await expect(line("Autumn hackathon")).toContainText("0 groups, 0 people");
  await visitor.settled();
  visitor.expects(/status of 409/);
  await making.getByLabel("Id, as files name it").fill("autumn");
  await making.getByRole("button", { name: "Make event" }).click();
  await expect(page.getByRole("alert").first()).toContainText("Not possible now");
  await page.goto("/events");
  await visitor.settled();
  const form = page.getByRole("form", { name: "Change Autumn hackathon" });
  await form.getByLabel("Title").fill("Winter hackathon");
  await form.getByRole("button", { name: "Save Autumn hackathon" }).click();
  await expect(line("Winter hackathon")).toBeVisible();
  await visitor.settled();

  await page.getByRole("link", { name: "Delete… Winter hackathon" }).click();
  await page.getByRole("dialog", { name: "Delete Winter hackathon?" }).getByRole("button", { name: "Delete Winter hackathon" }).click();
  await expect(line("Winter hackathon")).toHaveCount(0);
  await visitor.settled();
  await page.getByRole("link", { name: "Delete… Spring hackathon" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Spring hackathon?" });
  await expect(dialog).toContainText("3 people: ");
  await expect(dialog).toContainText(`${thon.group("alpha")}/alice`);
  await dialog.getByRole("link", { name: "Keep them" }).click();
  await expect(line("Spring hackathon")).toBeVisible();
});

test("the page of events is the organizers'", async ({ visitor }) => {
  await visitor.signInByLink("alpha", "alice");
  visitor.expects(/status of 403/);
  expect((await visitor.page.goto("/events"))?.status()).toBe(403);
});
