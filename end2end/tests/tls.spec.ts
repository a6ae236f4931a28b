// What only an origin that browsers hold for secure can do, in a Chromium that trusts THON's own root: over names of a
// domain, and over ports of an address.
import type { Page, WebSocket } from "@playwright/test";
import { inside, networkStandsStill } from "../support/docker.ts";
import { Editor } from "../support/editor.ts";
import { expect, test as base } from "../support/test.ts";
import type { Thon, Tier } from "../support/thon.ts";
import { rootOf, Trusting } from "../support/trusting.ts";
import { Visitor } from "../support/visitor.ts";

/** Starts a Chromium that trusts a server's root, or one that does not. */
type Trust = (thon: Thon, trusts: boolean) => Promise<Visitor>;

const test = base.extend<{ trust: Trust }>({
  trust: async ({ start: _, launchOptions, viewport }, use) => {
    const [visitors, browsers]: [Visitor[], Trusting[]] = [[], []];
    await use(async (thon, trusts) => {
      const chromium = await Trusting.launch(launchOptions, trusts ? await rootOf(thon) : undefined);
      browsers.push(chromium);
      const visitor = await Visitor.arrive(thon, chromium.browser, { viewport });
      visitors.push(visitor);
      return visitor;
    });
    for (const visitor of visitors) await visitor.leave();
    for (const browser of browsers) await browser.close();
  },
});

const SETTINGS = { "terminal.integrated.gpuAcceleration": "off", "security.workspace.trust.enabled": false };

for (const tier of ["domain", "address"] as const) {
  test(`VS Code has all that it has on a secure origin, on the tier of the ${tier}`, async ({ start, trust }) => {
    const thon = await start({ tier });
    await thon.cli("launch", "--group", thon.group("alpha"), "--from-db", "--yes");
    const slug = thon.slug("alpha", "alice");
    await prepare(slug);

    await test.step("who does not trust the root is warned", async () => {
      const stranger = await trust(thon, false);
      stranger.expects(/ERR_CERT_AUTHORITY_INVALID/);
      await expect(stranger.page.goto(`${thon.origin}/sign-in`)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
    });

    const alice = await trust(thon, true);
    await alice.signInByLink("alpha", "alice");
    await networkStandsStill();
    const opened = alice.context.waitForEvent("page");
    await alice.page.getByRole("link", { name: "Open my editor" }).click();
    const editor = new Editor(await opened);
    await editor.ready();
    const { origin } = new URL(editor.page.url());
    expect(origin).toMatch(ORIGINS[tier](thon));
    expect(await editor.page.evaluate(() => window.isSecureContext)).toBe(true);

    await test.step("its service worker is registered", async () => {
      await expect.poll(() => serviceWorkers(editor.page)).toContainEqual({ scope: `${origin}/`, state: "activated" });
    });

    await test.step("what is copied is in the clipboard, and what is there can be pasted", async () => {
      await alice.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
      await editor.page.getByRole("treeitem", { name: "copied.txt" }).dblclick();
      const line = editor.page.locator(".editor-instance .view-line", { hasText: "from the editor" });
      await line.click();
      await editor.page.keyboard.press("Control+a");
      await editor.page.keyboard.press("Control+c");
      await expect.poll(() => editor.page.evaluate(() => navigator.clipboard.readText())).toContain("from the editor");
      await editor.page.evaluate(() => navigator.clipboard.writeText("from elsewhere"));
      await editor.page.keyboard.press("Control+v");
      await editor.page.keyboard.press("Control+s");
      await expect.poll(() => inside(slug, "cat", "/workspace/copied.txt").catch(() => "")).toContain("from elsewhere");
    });

    await test.step("a notebook is drawn, with what its author's script puts there", async () => {
      // Before all extensions are known a notebook is text; a person closes it and tries again.
      await expect(async () => {
        await editor.page.keyboard.press("Control+F4");
        await editor.page.getByRole("treeitem", { name: "plot.ipynb" }).dblclick();
        await expect(editor.page.locator(".notebook-editor").first()).toBeVisible({ timeout: 3_000 });
      }).toPass({ timeout: 40_000, intervals: [1_000] });
      await expect.poll(() => drawn(editor.page, "h1", "Measured"), { timeout: 40_000 }).toBe(true);
      await expect.poll(() => drawn(editor.page, "#output", "drawn by a script"), { timeout: 20_000 }).toBe(true);
    });
  });
}

test("an editor's websockets outlive a thousand changes of routes and a new certificate", async ({ start, trust }) => {
  test.setTimeout(300_000);
  const crowd = Array.from({ length: 20 }, (_, nth) => `p${nth}`);
  const thon = await start({ tier: "domain", groups: { alpha: ["alice"], crowd }, images: { crowd: "nobody/has-this" } });
  const program = await programOf(thon);
  const alice = await trust(thon, true);
  await alice.signInByLink("alpha", "alice");
  await thon.cli("launch", "--group", thon.group("alpha"), "--from-db", "--yes");
  await expect(alice.page.getByText("Running", { exact: true })).toBeVisible({ timeout: 30_000 });
  const sockets: WebSocket[] = [];
  alice.context.on("page", (tab) => tab.on("websocket", (socket) => sockets.push(socket)));
  await networkStandsStill();
  const opened = alice.context.waitForEvent("page");
  await alice.page.getByRole("link", { name: "Open my editor" }).click();
  const page = await opened;
  await new Editor(page).ready();
  const open = () => sockets.filter((socket) => socket.url().includes("/stable-") && !socket.isClosed());
  await expect.poll(() => open().length).toBeGreaterThan(1);
  const before = open();

  const certificate = await program("GET", "/api/certificates");
  const began = (await program("GET", "/api/live/snapshot")).number as number;
  let changes = 0;
  while (changes < 1_000) {
    // Nobody has this image, so each of them changes its route a few times and takes no room.
    await thon.cli("launch", "--group", thon.group("crowd"), "--from-db", "--yes").catch(() => undefined);
    const now = (await program("GET", "/api/live/snapshot")).number as number;
    expect(now - began, "routes change").toBeGreaterThan(changes);
    changes = now - began;
  }
  await thon.cli("cert", "renew");
  const renewed = await program("GET", "/api/certificates");
  expect(renewed.certificate.fingerprint).not.toBe(certificate.certificate.fingerprint);
  const fresh = await trust(thon, true);
  await fresh.page.goto(`${thon.origin}/sign-in`);

  expect(before.filter((socket) => socket.isClosed()).length, "sockets that were cut").toBe(0);
  await inside(thon.slug("alpha", "alice"), "touch", "/workspace/afterwards.txt");
  await expect(page.getByRole("treeitem", { name: "afterwards.txt" }), "and it still hears of its files").toBeVisible();
});

/** A program of the operator's that speaks REST. */
async function programOf(thon: Thon): Promise<(method: string, path: string) => Promise<any>> {
  const { token } = JSON.parse(await thon.cli("token", "create", "--scope", "admin", "--json", "end2end"));
  const headers = { authorization: `Bearer ${token}` };
  return async (method, path) => (await fetch(`http://127.0.0.1:${thon.port}${path}`, { method, headers })).json();
}

const ORIGINS: Record<Exclude<Tier, "path">, (thon: Thon) => RegExp> = {
  domain: (thon) => new RegExp(`^${thon.editor("alpha", "alice").replaceAll(".", "\\.")}$`),
  address: () => /^https:\/\/127\.0\.0\.2:\d+$/,
};

/** Files to open. The notebook's output is what a kernel would have left there. */
async function prepare(slug: string): Promise<void> {
  const output = `<p id="output"></p><script>document.getElementById("output").textContent = ["drawn", "by a script"].join(" ")</script>`;
  const notebook = {
    cells: [
      { cell_type: "markdown", metadata: {}, source: ["# Measured"] },
      {
        cell_type: "code",
        execution_count: 1,
        metadata: {},
        source: ["measure()"],
        outputs: [{ output_type: "display_data", metadata: {}, data: { "text/html": [output] } }],
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  const files = { "plot.ipynb": JSON.stringify(notebook), "copied.txt": "from the editor\n", ".vscode/settings.json": JSON.stringify(SETTINGS) };
  await inside(slug, "mkdir", "-p", "/workspace/.vscode");
  for (const [name, text] of Object.entries(files)) {
    await inside(slug, "sh", "-c", 'printf %s "$1" > "/workspace/$2"', "sh", text, name);
  }
}

async function serviceWorkers(page: Page): Promise<{ scope: string; state: string | undefined }[]> {
  return page.evaluate(async () => {
    const all = await navigator.serviceWorker.getRegistrations();
    return all.map(({ scope, active }) => ({ scope, state: active?.state }));
  });
}

/** Whether some frame of the page, however deep, shows this text. */
async function drawn(page: Page, selector: string, text: string): Promise<boolean> {
  for (const frame of page.frames()) {
    if (frame === page.mainFrame()) continue;
    const shows = frame.locator(selector, { hasText: text }).first();
    if (await shows.isVisible().catch(() => false)) return true;
  }
  return false;
}
