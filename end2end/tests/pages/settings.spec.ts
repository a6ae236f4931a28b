// The settings: what counts from the next start on, tokens, background work, the certificate, the addresses.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Nginx } from "../../support/nginx.ts";
import { occupy } from "../../support/ports.ts";
import { expect, test } from "../../support/test.ts";
import { ADDRESS, DOMAIN } from "../../support/thon.ts";

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

test("each address is named, with what is wrong with it and what to do", async ({ start, arrive }) => {
  const thon = await start({ tier: "address", more: { nginx: { domain: DOMAIN } } });
  const visitor = await arrive(thon, { ignoreHTTPSErrors: true });
  const { page } = visitor;
  const { port, securePort } = thon;
  const release = await occupy(securePort + 1, ADDRESS);
  await visitor.signInAsOrganizer();
  await page.goto("/settings");
  await visitor.settled();
  const card = page.getByRole("region", { name: "Addresses" });
  const probe = (subject: string) => card.getByRole("listitem").filter({ has: page.getByText(subject, { exact: true }) });
  await expect(card.locator("header")).toContainText("Somebody should look");
  await expect(card.getByRole("listitem")).toHaveCount(6);
  // RFC 2606 keeps this domain from leading anywhere.
  for (const name of [`${DOMAIN}:${securePort}`, `*.${DOMAIN}`]) {
    await expect(probe(name)).toContainText("Does not work");
    await expect(probe(name)).toContainText(/DNS.*(Add the record|Is the resolver of this machine right)/);
  }
  await expect(probe(`${ADDRESS}:${securePort}`)).toContainText("WorksThis server answers there. It is a private address");
  await expect(probe(`localhost:${port}`)).toContainText("WorksThis server answers there.");
  const range = `ports ${securePort + 1}-${securePort + 29}`;
  await expect(probe(`${range} at 127.0.0.1`)).toContainText("Works");
  const ports = probe(`${range} at ${ADDRESS}`);
  await expect(ports).toContainText("Does not work");
  await expect(ports).toContainText(`${securePort + 1} is taken by other programs, and whoever is given one cannot be reached there.`);
  await expect(ports).toContainText("`ss -ltnp` names the programs: stop them, or choose other ports with `edge.public_ports`.");

  await release();
  // What pages show may be half a minute old; this looks anew.
  await page.request.get("/api/system/check");
  await page.reload();
  await visitor.settled();
  await expect(ports).toContainText("WorksNone is given to a sandbox yet, and the next ones are free.");
  await expect(probe(`*.${DOMAIN}`)).toContainText("Does not work");
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
