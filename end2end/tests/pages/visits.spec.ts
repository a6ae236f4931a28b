// Who visits somebody's editor, as whoever works in it sees them, and asking them to leave.
import { expect, test } from "../../support/test.ts";

test("a visitor is seen, asked to leave, told so, and comes again by a click", async ({ visitor, arrive, thon }) => {
  test.setTimeout(60_000);
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  await visitor.sees(() => expect(page.getByRole("link", { name: /^Open my editor/ })).toBeVisible());
  const card = page.getByRole("region", { name: "Visitors" });
  await expect(card).toHaveCount(0);

  const heading = organizer.page.getByRole("heading", { level: 1 });
  await organizer.page.goto(thon.editor("alpha", "alice"));
  await expect(heading).toHaveText(thon.slug("alpha", "alice"));
  await visitor.sees(() => expect(card.getByText(/^In your editor for \d+ s\.$/)).toBeVisible());
  await expect(card.getByRole("status")).toHaveText("1 now");

  await card.getByRole("button", { name: /^Ask to leave ?: Admin$/ }).click();
  await visitor.sees(() => expect(card.getByText(/^Was here for \d+ s, until \d+ s ago\. You asked them to leave\.$/)).toBeVisible());
  await expect(card.getByRole("button", { name: /^Ask to leave/ })).toHaveCount(0);

  organizer.expects(/status of 403/);
  await organizer.page.goto(thon.editor("alpha", "alice"));
  await expect(heading).toHaveText("alice asked you to leave");
  await organizer.page.goto(thon.editor("alpha", "alice"));
  await expect(heading, "coming again is no click").toHaveText("alice asked you to leave");
  await organizer.page.getByRole("link", { name: "Visit again" }).click();
  await expect(heading).toHaveText(thon.slug("alpha", "alice"));
  await visitor.sees(() => expect(card.getByRole("status")).toHaveText("1 now"));
  await expect(card.getByRole("listitem")).toHaveCount(2);

  await organizer.page.goto(`/instances/${await organizer.instance("alpha", "alice")}`);
  const past = organizer.page.getByRole("region", { name: "History" });
  await expect(past.getByText(/^Admin was asked to leave, by alice/)).toBeVisible();
  await expect(past.getByText(/^The visit ended, by Admin/)).toBeVisible();
  await organizer.page.goto("/audit?who=alice");
  await expect(organizer.page.getByRole("row").filter({ hasText: "Ask a visitor to leave" })).toBeVisible();
});
