// Groups: made, found, renamed, limited, filled from a file that is looked at first, and deleted with a choice about the files.
import type { Locator } from "@playwright/test";
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

/** The line of a group in the list. */
const line = ({ page, thon }: Visitor, group: string): Locator =>
  page.getByRole("region", { name: "Groups" }).getByRole("listitem").filter({ hasText: thon.group(group) });

async function open(visitor: Visitor, group: string): Promise<void> {
  await visitor.page.goto("/groups");
  await visitor.settled();
  await line(visitor, group).getByRole("link", { name: visitor.thon.group(group) }).click();
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText(visitor.thon.group(group));
  await visitor.settled();
}

test("groups are found by their name and their people, and tell how many run", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.getByRole("navigation", { name: /^(Main|Sections)$/ }).getByRole("link", { name: "Groups", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Groups");
  await visitor.settled();
  await expect(line(visitor, "alpha")).toContainText("1 of 2 running");
  await expect(line(visitor, "alpha")).toContainText("alice, bob");
  await page.getByRole("searchbox").fill("carol");
  if (!visitor.scripted) await page.getByRole("searchbox").press("Enter");
  await expect(line(visitor, "alpha")).toHaveCount(0);
  await expect(line(visitor, "beta")).toBeVisible();
  await page.getByRole("link", { name: "Show all groups" }).click();
  await expect(line(visitor, "alpha")).toBeVisible();
  await visitor.settled();
  await line(visitor, "beta").getByRole("button", { name: /^Launch missing/ }).click();
  await visitor.sees(() => expect(line(visitor, "beta")).toContainText("1 of 1 running"));
});

test("a group is made, filled, renamed and limited; a mistake is told at its field", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/groups");
  await visitor.settled();
  await page.getByLabel("Name").fill(thon.group("gamma"));
  await page.getByLabel("Title, if you like").fill("Team Gamma");
  await page.getByRole("button", { name: "Make group" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("gamma"));
  await expect(page.getByText("Nobody is in this group")).toBeVisible();
  await visitor.settled();
  const adding = page.getByRole("region", { name: "New person" });
  await adding.getByLabel("Name").fill("dora");
  await adding.getByLabel("E-mail address, if you like").fill("dora@example.org");
  await adding.getByRole("button", { name: "Add person" }).click();
  await expect(visitor.row("dora")).toContainText("dora@example.org");
  await visitor.settled();
  visitor.expects(/status of (409|422)/);
  await adding.getByLabel("Name").fill("Dora");
  await adding.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByRole("alert").first()).toContainText("The group already has a user of this name.");

  const edit = page.getByRole("region", { name: "This group" });
  await edit.getByLabel("Memory").fill("much");
  await edit.getByRole("button", { name: "Save group" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "memory" })).toContainText("not a size such as 2GiB");
  await open(visitor, "gamma");
  await edit.getByLabel("Name").fill(thon.group("delta"));
  await edit.getByLabel("Memory").fill("4GiB");
  await edit.getByLabel("Cores").fill("1.5");
  await edit.getByRole("button", { name: "Save group" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("delta"));
  await page.goto("/groups");
  await visitor.settled();
  await expect(line(visitor, "delta")).toContainText("1.5 cores, 4GiB of memory");
  await expect(line(visitor, "delta")).toContainText("Team Gamma");
  await expect(line(visitor, "gamma")).toHaveCount(0);
});

test("a file is looked at before it is imported, and imported as it was shown", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/groups");
  await visitor.settled();
  await page.getByRole("link", { name: "Import people…" }).click();
  await visitor.settled();
  await page.getByLabel("What it says").fill(`group,nick\n${thon.group("alpha")},x\n`);
  visitor.expects(/status of 422/);
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await expect(page.getByRole("alert").first()).toContainText("unknown column `nick`");
  await page.goto("/groups/import");
  await visitor.settled();
  const rows = [`${thon.group("alpha")};alice;alice@example.org`, `${thon.group("alpha")};bob;`, `${thon.group("gamma")};dora;`];
  const text = ["Team;Name;E-Mail", ...rows].join("\n");
  if (visitor.scripted) {
    await page.getByLabel("Choose a file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await expect(page.getByLabel("What it says")).toHaveValue(text);
  } else await page.getByLabel("What it says").fill(text);
  await page.getByRole("button", { name: "Show what it would do" }).click();
  const diff = page.getByRole("region", { name: "What it would do" });
  await expect(diff).toContainText("1 group and 1 person are new, 1 is changed.");
  await expect(diff).toContainText(/2 groups and people that are there, the file does not name/);
  await expect(diff.getByRole("listitem").filter({ hasText: "alice" }).first()).toContainText("email: none → alice@example.org");
  await expect(diff).toContainText("1 person stays as they are");
  const groups = await (await visitor.context.request.get("/api/groups")).json();
  expect(groups.length, "nothing is done yet").toBe(2);
  await visitor.settled();
  await diff.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Groups");
  await expect(line(visitor, "gamma")).toContainText("dora");
  await expect(line(visitor, "beta")).toContainText("carol");
  await page.goBack();
  await visitor.sees(() => expect(page.getByText("The file that you looked at is not kept any more.")).toBeVisible());
});

test("what is exported makes the same again", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/groups");
  await visitor.settled();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export YAML" }).click();
  const path = await (await download).path();
  const { readFile } = await import("node:fs/promises");
  await page.goto("/groups/import");
  await visitor.settled();
  await page.getByLabel("What it says").fill(await readFile(path, "utf8"));
  await page.getByRole("button", { name: "Show what it would do" }).click();
  const diff = page.getByRole("region", { name: "What it would do" });
  await expect(diff).toContainText("Everything is there, just so.");
  await expect(diff.getByRole("button", { name: "Import it" })).toHaveCount(0);
});

test("a group is deleted with what goes and what stays, and the files as one chooses", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await open(visitor, "alpha");
  await page.getByRole("link", { name: "Delete group…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Delete .*alpha\?$/ });
  await expect(dialog).toContainText("2 people: ");
  await expect(dialog).toContainText("1 sandbox, at once");
  await expect(dialog.getByRole("radio", { name: /^Keep 2 volumes/ })).toBeChecked();
  await dialog.getByRole("link", { name: "Keep them" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(visitor.row("alice")).toBeVisible();
  await visitor.settled();
  await page.getByRole("link", { name: "Delete group…" }).click();
  await dialog.getByRole("radio", { name: /^Delete 2 volumes for good/ }).check();
  await dialog.getByRole("button", { name: /^Delete / }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Groups");
  await expect(line(visitor, "alpha")).toHaveCount(0);
  await expect(line(visitor, "beta")).toBeVisible();
});

test("the pages of groups are the organizers'", async ({ visitor }) => {
  await visitor.signInByLink("alpha", "alice");
  visitor.expects(/status of 403/);
  for (const path of ["/groups", "/groups/import", "/users"]) {
    expect((await visitor.page.goto(path))?.status(), path).toBe(403);
    await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("This page is not yours");
  }
});
