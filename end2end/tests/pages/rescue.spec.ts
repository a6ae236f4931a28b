// When an editor does not work: a restart, a rescue start, what fills the disk, and the way back.
import { expect, test } from "../../support/test.ts";

test("a participant starts in rescue, sees what fills the disk, and goes back", async ({ visitor, arrive, thon }) => {
  test.setTimeout(60_000);
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  const card = page.getByRole("region", { name: /^(If it does not work|Rescue start)$/ });
  await expect(card.getByRole("button", { name: "Rescue start" })).toBeHidden();
  await card.getByText("Restart or rescue…").click();
  await card.getByRole("button", { name: "Rescue start" }).click();
  await visitor.sees(() => expect(card.getByText("/home/vscode.rescue")).toBeVisible());
  await visitor.sees(() => expect(page.getByRole("link", { name: /^Open my editor/ })).toBeVisible());

  await card.getByRole("link", { name: "Show what fills the disk" }).click();
  await expect(card.getByRole("listitem").filter({ hasText: "/workspace/app/node_modules" })).toContainText("371 MiB");
  await expect(card.getByRole("listitem").filter({ hasText: "/home/vscode.rescue/.cache/core.1042" })).toContainText("64 MiB");
  await card.getByRole("link", { name: "Hide what fills the disk" }).click();
  await expect(card.getByText("Largest files")).toBeHidden();

  await card.getByRole("button", { name: "Restart with my home" }).click();
  await visitor.sees(() => expect(card.getByRole("heading")).toHaveText("If it does not work"));
  await visitor.sees(() => expect(page.getByRole("link", { name: /^Open my editor/ })).toBeVisible());
});

test("an organizer starts somebody's instance in rescue, and its history says so", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto(`/instances/${await visitor.instance("alpha", "alice")}`);
  await visitor.settled();
  const card = page.getByRole("region", { name: /^(If it does not work|Rescue start)$/ });
  await card.getByText("Restart or rescue…").click();
  await card.getByRole("button", { name: "Rescue start" }).click();
  await visitor.sees(() => expect(card.getByText("Their home is at")).toBeVisible());
  await visitor.sees(() => expect(page.getByText(/^A rescue start asked for/)).toBeVisible());
  await visitor.sees(() => expect(card.getByRole("link", { name: "Show what fills the disk" })).toBeVisible());
});

test("what keeps no home offers no rescue", async ({ visitor }) => {
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice", { ephemeral: true });
  await visitor.page.goto(`/instances/${await visitor.instance("alpha", "alice")}`);
  await visitor.settled();
  await expect(visitor.page.getByRole("heading", { name: "History" })).toBeVisible();
  await expect(visitor.page.getByText("Restart or rescue…")).toBeHidden();
});
