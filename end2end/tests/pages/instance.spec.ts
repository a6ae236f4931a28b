// The page of one instance: how it is, where it is, what it takes, what it said, what happened.
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

async function opened(visitor: Visitor): Promise<void> {
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.page.goto("/instances");
  await visitor.settled();
  await visitor.row("alice").getByRole("link", { name: "alice", exact: true }).click();
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("alice");
  await visitor.settled();
}

test("a row leads to the page that tells all of an instance", async ({ visitor, thon }) => {
  const { page } = visitor;
  await opened(visitor);
  await expect(page.getByRole("region", { name: "Address", exact: true })).toContainText(thon.editor("alpha", "alice"));
  await expect(page.getByRole("link", { name: "Open editor in a new tab" })).toHaveAttribute(
    "href",
    `/open/${thon.slug("alpha", "alice")}`,
  );
  await expect(page.getByRole("region", { name: "About" })).toContainText("1 core, 1 GiB, 2048 processes");
  await expect(page.getByRole("region", { name: "About" })).toContainText(`127.0.0.1:${thon.startingPort}`);
  await expect(page.getByRole("region", { name: "Use" })).toContainText("of 1 GiB");
  const log = page.getByRole("region", { name: "Log", exact: true });
  await expect(log).toContainText(visitor.scripted ? "goes on by itself" : "the last 200 lines");
  await expect(log).toContainText("HTTP server listening on");
  const past = page.getByRole("region", { name: "History" });
  await expect(past).toContainText("The editor answers");
  await expect(past).toContainText("Asked for, by Admin");
  await expect(page.getByRole("navigation", { name: /^(Main|Sections)$/ }).getByRole("link", { name: /^Instances/ })).toHaveAttribute(
    "aria-current",
    "true",
  );
});

test("what it takes and says goes on while the page is open @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  await opened(visitor);
  const use = page.getByRole("region", { name: "Use" });
  await expect(use).toContainText("now, and the last ten minutes", { timeout: 15_000 });
  await expect(use).toContainText("60 MiB of 1 GiB");
  await expect(use.locator(".spark .l").first()).toHaveAttribute("d", /L600 \d+$/, { timeout: 15_000 });
  const log = page.getByRole("region", { name: "Log of this instance" });
  await expect(log).toHaveText(/^\S+ +HTTP server listening on \S+\s*$/);
  await visitor.terminate("alpha", "alice");
  await expect(use).toContainText("It takes nothing: it does not run.");
  await visitor.launch("alpha", "alice");
  await expect(log).toHaveText(/^(\S+ +HTTP server listening on \S+\s+){2}$/, { timeout: 15_000 });
});

test("it is paused, renewed and ended from its page, and its history goes on", async ({ visitor }) => {
  test.setTimeout(60_000);
  const { page } = visitor;
  await opened(visitor);
  const past = page.getByRole("region", { name: "History" });
  await page.getByRole("button", { name: "Pause alice" }).click();
  await visitor.sees(() => expect(page.getByText("Paused", { exact: true }).first()).toBeVisible());
  await visitor.sees(() => expect(past).toContainText("Asked to pause, by Admin"));
  await page.getByRole("button", { name: "Resume alice" }).click();
  await visitor.sees(() => expect(page.getByRole("link", { name: "Open editor in a new tab" })).toBeVisible());

  await page.getByLabel("Ends in").fill("90");
  await page.getByRole("button", { name: "Renew" }).click();
  await visitor.sees(() => expect(page.getByText(/^ends in 1 h (29|30) min$/)).toBeVisible());

  await page.getByRole("button", { name: "More for alice" }).click();
  await page.getByRole("link", { name: "Terminate… alice" }).click();
  const dialog = page.getByRole("dialog", { name: "Terminate alice?" });
  await expect(dialog).toContainText("The files in /workspace");
  await dialog.getByRole("button", { name: "Terminate alice" }).click();
  await expect(dialog).toBeHidden();
  await visitor.sees(() => expect(past).toContainText("The sandbox is gone, the files are kept"));
  await expect(page.getByRole("button", { name: "Launch again alice" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Open editor in a new tab" })).toHaveCount(0);
});

test("whoever ends an instance that keeps nothing is told so before", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice", { ephemeral: true });
  const id = await visitor.instance("alpha", "alice");
  await page.goto(`/instances/${id}?confirm=${id}`);
  await visitor.settled();
  const dialog = page.getByRole("dialog", { name: "Terminate alice?" });
  await expect(dialog).toContainText("All files");
  await expect(dialog).not.toContainText("The files in /workspace");
  await dialog.getByRole("button", { name: "Terminate alice" }).click();
  const past = page.getByRole("region", { name: "History" });
  await visitor.sees(() => expect(past).toContainText("The sandbox is gone, and the files with it"));
});

test("a long history has pages", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  for (let minutes = 100; minutes < 120; minutes++) await visitor.renew("alpha", "alice", minutes);
  await page.goto(`/instances/${await visitor.instance("alpha", "alice")}`);
  await visitor.settled();
  const past = page.getByRole("region", { name: "History" });
  await expect(past).not.toContainText("Asked for");
  await past.getByRole("link", { name: "Earlier" }).click();
  await expect(past).toContainText("Asked for, by Admin");
  await past.getByRole("link", { name: "Newest" }).click();
  await expect(past).not.toContainText("Asked for");
  await expect(past).toContainText("Another end, by Admin");
});

test("what is not there, and what is not theirs, is refused", async ({ visitor, arrive, thon }) => {
  await visitor.signInAsOrganizer();
  visitor.expects(/status of 404/);
  const answer = await visitor.page.goto("/instances/00000000-0000-7000-8000-000000000000");
  expect(answer?.status()).toBe(404);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  await visitor.launch("alpha", "alice");
  const participant = await arrive(thon);
  await participant.signInByLink("alpha", "alice");
  participant.expects(/status of 403/);
  const refused = await participant.page.goto(`/instances/${await visitor.instance("alpha", "alice")}`);
  expect(refused?.status()).toBe(403);
  await expect(participant.page.getByRole("heading", { level: 1 })).toHaveText("This page is not yours");
});
