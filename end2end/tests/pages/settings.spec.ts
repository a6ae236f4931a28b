// The settings: what counts from the next start on, tokens, background work, the certificate.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Nginx } from "../../support/nginx.ts";
import { expect, test } from "../../support/test.ts";

test("a setting is set, counts from the next start on, and is given back to its default", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.getByRole("navigation", { name: /^(Main|Sections)$/ }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  await visitor.settled();
  const card = page.getByRole("region", { name: "Settings" });
  const field = card.getByLabel("vscode.secure");
  await expect(field).toHaveValue("");
  await field.fill("true");
  await card.getByRole("button", { name: "Save settings" }).click();
  await expect(card.getByText(/Counts from the next start on; until then it is false\./)).toBeVisible();
  await expect(card.getByLabel("vscode.secure")).toHaveValue("true");
  await page.reload();
  await visitor.settled();
  await expect(card.getByLabel("vscode.secure")).toHaveValue("true");
  await card.getByLabel("vscode.secure").fill("");
  await card.getByRole("button", { name: "Save settings" }).click();
  await expect(card.getByText(/Counts from the next start on/)).toHaveCount(0);
  await expect(card.getByLabel("vscode.secure")).toHaveValue("");
});

test("what no key takes is refused with its key", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/settings");
  await visitor.settled();
  const card = page.getByRole("region", { name: "Settings" });
  visitor.expects(/status of 422/);
  await card.getByLabel("vscode.secure").fill("maybe");
  await card.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByRole("alert").first()).toContainText("vscode.secure");
});

test("what a file fixes is locked, with file and line", async ({ start, arrive }) => {
  const visitor = await arrive(await start({ more: { vscode: { secure: false } } }));
  await visitor.signInAsOrganizer();
  await visitor.page.goto("/settings");
  await visitor.settled();
  const card = visitor.page.getByRole("region", { name: "Settings" });
  await expect(card.getByText(/Fixed by \S+thon\.yaml:1/)).toBeVisible();
  const locked = card.getByLabel("vscode.secure");
  await expect(locked).toHaveValue("false");
  await expect(locked).toHaveAttribute("readonly", "");
  expect(await locked.getAttribute("name")).toBeNull();
});

test("a token is made, works, is shown once, and is revoked", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/settings");
  await visitor.settled();
  const card = page.getByRole("region", { name: "API tokens" });
  await expect(card).toContainText("No program comes with a token yet.");
  await card.getByLabel("Name of a new token").fill("ci");
  await card.getByLabel("It may").selectOption("write");
  await card.getByLabel("For").selectOption("1 week");
  await card.getByRole("button", { name: "Make token" }).click();
  // Without scripts the answer is all there is: what is shown once may stand in no address.
  const shown = visitor.scripted ? card.getByRole("status").locator("code") : page.locator("pre");
  const token = /thon_[\w-]+/.exec((await shown.textContent()) ?? "")?.[0] ?? "";
  const asked = async () => (await fetch(`${thon.origin}/api/groups`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await asked()).toBe(200);
  await page.goto("/settings");
  await visitor.settled();
  await expect(card.getByRole("listitem")).toContainText(/ci\s*write/);
  await expect(card.getByRole("listitem")).toContainText("ends in 6 d");
  await expect(page.locator("body")).not.toContainText(token);
  await card.getByRole("button", { name: "Revoke ci" }).click();
  await expect(card).toContainText("No program comes with a token yet.");
  expect(await asked()).toBe(401);
});

test("background work tells how it goes, and a server without TLS that it has no certificate", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/settings");
  await visitor.settled();
  const task = page.getByRole("region", { name: "Background" }).getByRole("listitem").filter({ hasText: "reconcile instances" });
  await expect(task).toContainText("Well");
  await expect(task).toContainText(/ago, took \d+ ms, every/);
  await expect(page.getByRole("region", { name: "Certificate" })).toContainText("reached without TLS");
});

test("nginx in front tells how it stands, is brought in line and cleaned up", async ({ start, arrive }) => {
  const nginx = await Nginx.start();
  try {
    const visitor = await arrive(await start({ more: { nginx: nginx.section } }));
    const { page } = visitor;
    await visitor.signInAsOrganizer();
    const card = page.getByRole("region", { name: "nginx" });
    await expect(async () => {
      await page.goto("/settings");
      await expect(card).toContainText("Has what it should", { timeout: 500 });
    }).toPass();
    await visitor.settled();
    await expect(card).toContainText("to 0 running editors by itself, all else to THON (generated)");
    await expect(card).toContainText(/sandbox-thon/);
    await expect(card).toContainText(/ago, took \d+ ms/);

    // Somebody else's site that nginx cannot take: THON's files stay as they are, and nginx's words are told.
    const theirs = join(nginx.folder, "sites-enabled/theirs");
    await writeFile(theirs, "no_such_directive on;\n");
    await rm(join(nginx.folder, "sites-enabled/sandbox-thon"));
    visitor.expects(/status of 409/);
    await card.getByRole("button", { name: "Sync now" }).click();
    await expect(page.getByRole("alert").first()).toContainText("no_such_directive");
    await page.goto("/settings");
    await visitor.settled();
    await expect(card.getByRole("alert")).toContainText("no_such_directive");
    await rm(theirs);
    await card.getByRole("button", { name: "Sync now" }).click();
    await expect(card).toContainText("Has what it should");

    await card.getByText("Take THON's files away…").click();
    await card.getByRole("button", { name: "Take them away" }).click();
    await expect(card).toContainText("Has nothing of THON's");
    await expect(card.getByText("Take THON's files away…")).toHaveCount(0);
  } finally {
    await nginx.stop();
  }
});

test("the page is not a participant's", async ({ visitor }) => {
  await visitor.signInByLink("alpha", "alice");
  visitor.expects(/status of 403/);
  const answer = await visitor.page.goto("/settings");
  expect(answer?.status()).toBe(403);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("This page is not yours");
});
