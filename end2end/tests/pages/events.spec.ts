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
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Autumn hackathon");
  await visitor.settled();
  await page.getByRole("region", { name: "New group" }).getByLabel("Name").fill(thon.group("gamma"));
  await page.getByRole("button", { name: "Make group" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("gamma"));
  await page.getByRole("main").getByRole("link", { name: "Autumn hackathon" }).click();
  await expect(page.getByRole("region", { name: "Groups" })).toContainText("1 group, 0 people");
  await visitor.settled();
  await page.getByLabel("Title, if you like").first().fill("Winter hackathon");
  await page.getByRole("button", { name: "Save event" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Winter hackathon");
  await page.goto("/groups");
  await expect(page.getByRole("listitem").filter({ hasText: thon.group("gamma") })).toContainText("Winter hackathon");

  await page.goto("/events");
  await visitor.settled();
  visitor.expects(/status of 409/);
  await making.getByLabel("Id, as files name it").fill("autumn");
  await making.getByRole("button", { name: "Make event" }).click();
  await expect(page.getByRole("alert").first()).toContainText("Not possible now");
  await page.goto("/events");
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

test("an event takes place at its venue, is archived when nobody works there, is read, and comes back", async ({ visitor, arrive, thon }) => {
  test.setTimeout(90_000);
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  const open = async () => {
    await page.goto("/events");
    await page.getByRole("link", { name: "Spring hackathon", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Spring hackathon");
    await visitor.settled();
  };
  const fill = async (zone: string) => {
    const form = page.getByRole("region", { name: "This event" });
    await form.getByLabel("Begins").fill("2026-11-27T09:00");
    await form.getByLabel("Ends").fill("2026-11-29T18:00");
    await form.getByLabel("Time zone of the venue").fill(zone);
    await form.getByRole("button", { name: "Save event" }).click();
  };
  const alert = page.getByRole("alert").first();
  await open();
  visitor.expects(/status of 422/);
  await fill("Berlin");
  await expect(alert).toContainText("there is no zone");
  await open();
  await fill("Europe/Berlin");
  const when = "Fri 27 Nov 2026, 09:00 to Sun 29 Nov 2026, 18:00 (Europe/Berlin)";
  await expect(page.getByText(when)).toBeVisible();
  const alice = await arrive(thon);
  await alice.signInByLink("alpha", "alice");
  await expect(alice.page.getByText(when)).toBeVisible();

  visitor.expects(/status of 409/);
  await open();
  await page.getByRole("button", { name: "Archive" }).click();
  await expect(alert).toContainText("Terminate what runs first");
  await visitor.terminate("alpha", "alice");
  await open();
  await page.getByRole("button", { name: "Archive" }).click();
  const back = page.getByRole("button", { name: "Take out of the archive" });
  await expect(back).toBeVisible();
  const groups = page.getByRole("region", { name: "Groups" });
  await expect(groups).toContainText("2 groups, 3 people");
  await expect(groups).toContainText("alice");
  await page.goto("/users");
  await visitor.settled();
  await expect(page.getByText("alice")).toHaveCount(0);
  await alice.page.goto("/");
  await expect(alice.page.getByText("Your event is over")).toBeVisible();
  await page.goto("/events");
  await expect(page.getByRole("region", { name: "Archived" }).getByRole("link", { name: "Spring hackathon", exact: true })).toBeVisible();
  await open();
  await back.click();
  await expect(page.getByRole("button", { name: "Archive", exact: true })).toBeVisible();
  await page.goto("/users");
  await visitor.settled();
  await expect(page.getByText("alice").first()).toBeVisible();
});

test("the page of events is the organizers'", async ({ visitor }) => {
  await visitor.signInByLink("alpha", "alice");
  visitor.expects(/status of 403/);
  expect((await visitor.page.goto("/events"))?.status()).toBe(403);
});
