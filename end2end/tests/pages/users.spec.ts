// Users: found among many, added, renamed, moved with their files, deleted, one by one and together.
import { expect, test } from "../../support/test.ts";

test("people are found, page by page", async ({ start, arrive }) => {
  const people = Array.from({ length: 120 }, (_, nth) => `p${nth + 100}`);
  const thon = await start({ groups: { alpha: people, beta: ["carol"] } });
  const visitor = await arrive(thon);
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.getByRole("navigation", { name: /^(Main|Sections)$/ }).getByRole("link", { name: "Users" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Users");
  await visitor.settled();
  await expect(page.getByText("121 people", { exact: true })).toBeVisible();
  await expect(visitor.row("p149")).toBeVisible();
  await expect(visitor.row("p150")).toHaveCount(0);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(visitor.row("p150")).toBeVisible();
  await expect(page.getByText("Page 2 of 3")).toBeVisible();
  await expect(page).toHaveURL(/page=2/);
  await visitor.settled();
  await page.getByRole("searchbox").fill("carol");
  if (!visitor.scripted) await page.getByRole("searchbox").press("Enter");
  await expect(visitor.row("carol")).toContainText(thon.group("beta"));
  await expect(visitor.row("p150")).toHaveCount(0);
  await expect(page.getByText("1 person", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Show everybody" }).click();
  await expect(visitor.row("p100")).toBeVisible();
});

test("somebody is added, renamed and given an address; their own address stays", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/users");
  await visitor.settled();
  const adding = page.getByRole("region", { name: "New person" });
  await adding.getByLabel("Group").selectOption(thon.group("beta"));
  await adding.getByLabel("Name").fill("dora");
  await adding.getByRole("button", { name: "Add person" }).click();
  await expect(visitor.row("dora")).toContainText(thon.group("beta"));
  await visitor.settled();
  await visitor.row("dora").getByRole("link", { name: "dora" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("dora");
  await visitor.settled();
  const edit = page.getByRole("region", { name: "This person" });
  await edit.getByLabel("Name").fill("theodora");
  await edit.getByLabel("E-mail address").fill("theodora@example.org");
  await edit.getByLabel("Disk").fill("20GiB");
  await edit.getByRole("button", { name: "Save person" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("theodora");
  await page.reload();
  await visitor.settled();
  await expect(edit.getByLabel("E-mail address")).toHaveValue("theodora@example.org");
  await expect(edit.getByLabel("Disk")).toHaveValue("20GiB");
  await expect(page.getByRole("region", { name: /[Aa]ddress/ })).toContainText(thon.slug("beta", "dora"));
});

test("somebody is moved with their instance, and a name that is taken there is refused", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  const before = await visitor.instance("alpha", "alice");
  await page.goto("/users");
  await visitor.settled();
  await visitor.row("alice").getByRole("link", { name: "alice" }).click();
  await visitor.settled();
  const seat = page.getByRole("region", { name: "Group" });
  await seat.getByLabel("Sits in").selectOption(thon.group("beta"));
  await seat.getByRole("button", { name: "Move" }).click();
  await expect(page.getByRole("link", { name: thon.group("beta") })).toBeVisible();
  expect(await visitor.instance("beta", "alice"), "the instance goes with her").toBe(before);
  await visitor.context.request.post("/api/users", {
    data: { username: "carol", group_id: (await (await visitor.context.request.get("/api/groups")).json())[0].id },
    headers: { origin: thon.origin },
  });
  await page.goto("/users");
  await visitor.settled();
  for (const box of await page.getByRole("checkbox", { name: "Select carol" }).all()) await box.check();
  const bar = page.getByRole("form", { name: "Selected people" });
  await bar.getByLabel("Group to move to").selectOption(thon.group("beta"));
  visitor.expects(/status of 409/);
  await bar.getByRole("button", { name: "Move there" }).click();
  await expect(page.getByRole("alert").first()).toContainText("already has somebody called carol; nobody was moved");
});

test("those who are chosen are deleted, with the files as one chooses", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await page.goto("/users");
  await visitor.settled();
  for (const name of ["alice", "carol"]) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  await page.getByRole("form", { name: "Selected people" }).getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete 2 people?" });
  await expect(dialog).toContainText("alice");
  await expect(dialog).toContainText("carol");
  await expect(dialog.getByRole("radio", { name: /^Keep 2 volumes/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Delete 2 people" }).click();
  await expect(visitor.row("alice")).toHaveCount(0);
  await expect(visitor.row("carol")).toHaveCount(0);
  await expect(visitor.row("bob")).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await visitor.settled();
  await visitor.row("bob").getByRole("link", { name: "bob" }).click();
  await visitor.settled();
  await page.getByRole("link", { name: "Delete person…" }).click();
  await page.getByRole("dialog", { name: "Delete bob?" }).getByRole("button", { name: "Delete bob" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Users");
  await expect(page.getByText("Nobody is here yet")).toBeVisible();
});
