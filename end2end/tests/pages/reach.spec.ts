// How a sandbox is reached: addresses that are tried from the browser, and ports that are shared.
import { expect, test } from "../../support/test.ts";

test("the addresses say which of them works from here", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  const card = page.getByRole("region", { name: "Addresses" });
  const local = card.getByRole("listitem").filter({ hasText: "On the machine itself" });
  await expect(local).toContainText(`${thon.editor("alpha", "alice")}/`);
  const safari = card.getByRole("listitem").filter({ hasText: "By number, for Safari" });
  await expect(safari).toContainText(/http:\/\/127\.0\.0\.1:\d+\//);
  if (visitor.scripted) {
    await expect(local.getByText("Works from here")).toBeVisible();
    await expect(safari.getByText("Works from here")).toBeVisible();
  } else {
    await expect(local.getByText("Works from here")).toBeHidden();
  }
});

test("an address that does not answer says what may be wrong, until it answers @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  visitor.expects(/net::ERR_FAILED/);
  await page.route(/127\.0\.0\.1:\d+\/\.thon\/here$/, (route) => route.abort());
  await visitor.signInByLink("alpha", "alice");
  await page.getByRole("button", { name: "Start my editor" }).click();
  const card = page.getByRole("region", { name: "Addresses" });
  await expect(card.getByText("Does not answer from here: something else has taken the port")).toBeVisible();
  await expect(card.getByText("Works from here")).toHaveCount(2);
  const works = card.locator("thon-probe[data-is=works]");
  await expect(works).toHaveCount(1);
  await page.unrouteAll();
  await expect(works).toHaveCount(2, { timeout: 15_000 });
});

test("where all sandboxes have one origin, their owner is warned", async ({ start, arrive }) => {
  const thon = await start({ tier: "path" });
  const alice = await arrive(thon, { ignoreHTTPSErrors: true });
  await alice.signInByLink("alpha", "alice");
  const card = alice.page.getByRole("region", { name: "Addresses" });
  await expect(card.getByRole("heading", { name: "All sandboxes share one origin" })).toBeVisible();
  await expect(card).toContainText(`${thon.origin}/s/${thon.slug("alpha", "alice")}/`);
});

test("a port is shared, opened by somebody of the group, and shut again", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  const bob = await arrive(thon);
  await bob.signInByLink("alpha", "bob");
  const open = `/open/3000--${thon.slug("alpha", "alice")}`;
  bob.expects(/status of 403/);
  await bob.page.goto(open);
  await expect(bob.page.getByRole("heading", { level: 1 })).toHaveText("This port is not shared with you");

  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  const card = page.getByRole("region", { name: "My ports" });
  await expect(card).toContainText("0 shared");
  await card.getByLabel("Share port").fill("3000");
  await card.getByRole("button", { name: "Share", exact: true }).click();
  await expect(card).toContainText("1 shared");
  const line = card.getByRole("listitem").filter({ hasText: "3000" });
  await expect(line.getByLabel("Open to")).toHaveValue("group");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, "a long address does not widen the page").toBe(0);
  await bob.page.goto(open);
  await expect(bob.page.getByRole("heading", { level: 1 })).toHaveText(thon.slug("alpha", "alice"));
  await expect(bob.page).toHaveURL(new RegExp(`^http://3000--${thon.slug("alpha", "alice")}\\.localhost:`));

  await line.getByLabel("Open to").selectOption("Only me");
  await line.getByRole("button", { name: "Save port 3000" }).click();
  await expect(card).toContainText("0 shared");
  bob.expects(/status of 403/);
  await bob.page.reload();
  await expect(bob.page.getByRole("heading", { level: 1 })).toHaveText("This port is not shared with you");
});

test("the port of the editor is refused with the reason", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  visitor.expects(/status of 422/);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  const card = page.getByRole("region", { name: "My ports" });
  await card.getByLabel("Share port").fill("8443");
  await card.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.getByText("8443 is the editor itself, which is never shared")).toBeVisible();
  if (visitor.scripted) await expect(card).toContainText("0 shared");
});

test("organizers see and end what is shared on the page of an instance", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  const alice = await arrive(thon);
  await alice.signInByLink("alpha", "alice");
  await page.goto("/instances");
  await visitor.settled();
  await visitor.row("alice").getByRole("link", { name: "alice", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("alice");
  await visitor.settled();
  await alice.page.getByLabel("Share port").fill("5173");
  await alice.page.getByLabel("Open to").last().selectOption("Everybody with the link");
  await alice.page.getByRole("button", { name: "Share", exact: true }).click();
  const card = page.getByRole("region", { name: "Ports" });
  await visitor.sees(() => expect(card).toContainText("1 shared"));
  const past = page.getByRole("region", { name: "History" });
  await visitor.sees(() => expect(past).toContainText("Port 5173 is for everybody who has the address, by alice"));
  await card.getByLabel("Open to").first().selectOption("Only its owner");
  await card.getByRole("button", { name: "Save port 5173" }).click();
  await expect(card).toContainText("0 shared");
});
