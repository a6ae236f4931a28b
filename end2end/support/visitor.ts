// Somebody at a browser of their own. Whatever their console says against a page fails the test.
import { expect, type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page } from "@playwright/test";
import type { Thon } from "./thon.ts";

/** What VS Code says on an origin of its own although all is well; nothing of it is THON's. */
const EDITOR_NOISE = [
  // Two files of a licence check that code-server's build does not have.
  /vsda(_bg)?\.(js|wasm)/,
  // Native modules that the lite image does not compile: log files of the extension host, and its watch over its parent.
  /Could not locate the bindings file\. Tried:\s+→ \S+\/spdlog\.node/,
  /Cannot find module '\.\/build\/Release\/watchdog'/,
  // There is no GitHub account behind it.
  /Timed out waiting for authentication provider 'github' to register/,
  // A renderer of diagrams in notebooks that code-server's build names and does not have.
  /\/mermaid-markdown-features\/notebook-out\/index\.js/,
];

/** A sandbox's port opens a moment after it is told. The page tries again, and the browser says so each time. */
const LATE_PORT = /^Failed to load resource: net::ERR_CONNECTION_REFUSED \(http:\/\/127\.0\.0\.1:\d+\/\.thon\/here\)$/;

/** Without JavaScript nothing uses the preloaded WASM, and Chromium says so. */
const UNUSED_WASM = /\.wasm was preloaded using link preload but not used/;

export class Visitor {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly left = new WeakSet<Page>();

  private constructor(
    readonly thon: Thon,
    readonly context: BrowserContext,
    readonly page: Page,
    /** Whether scripts run, so that pages come alive. */
    readonly scripted: boolean,
  ) {}

  static async arrive(thon: Thon, browser: Browser, options: BrowserContextOptions): Promise<Visitor> {
    const context = await browser.newContext({ ...options, baseURL: thon.origin });
    const visitor = new Visitor(thon, context, await context.newPage(), options.javaScriptEnabled !== false);
    if (!visitor.scripted) visitor.expects(UNUSED_WASM);
    context.on("console", (message) => {
      const ours = thon.owns(message.location().url || thon.origin);
      // Warnings of THON's pages count: hydration tells of its mismatches in them. VS Code's tell how slow a machine is.
      if (message.type() !== "error" && (message.type() !== "warning" || !ours)) return;
      if (!visitor.left.has(message.page() as Page)) visitor.complain(message.text(), message.location().url);
    });
    context.on("weberror", (error) => {
      if (!visitor.left.has(error.page() as Page)) visitor.complain(String(error.error()), error.page()?.url() ?? "");
    });
    return visitor;
  }

  /** Says that the console will tell of something that the test itself brings about. */
  expects(complaint: RegExp): void {
    this.expected.push(complaint);
  }

  /** Says that an editor of theirs will be cut off: VS Code tells of that in its log, on its origin. */
  expectsCuts(): void {
    // Whatever its own scripts say: which of its hundred parts was just asking is a matter of milliseconds.
    this.expects(/\(http:\/\/[^/]+\.localhost:\d+\/stable-\S+\)$/);
    this.expects(/^(Uncaught )?TypeError: Failed to fetch dynamically imported module: http:\/\/[^/]+\.localhost:\d+\/stable-/);
    this.expects(/^WebSocket connection to 'ws:\/\/[^/]+\.localhost:\d+\/stable-\S+' failed/);
    this.expects(/status of (502|503) .*(\.localhost:\d+\/|chrome-error:)/);
    // Its frames and its service worker get the page that says so, too.
    this.expects(/^A bad HTTP response code \(50[23]\) was received when fetching the script/);
    this.expects(/^Framing 'http:\/\/[^/]+\.localhost:\d+\/' violates .* "frame-ancestors 'none'"/);
  }

  /** What the console had against the pages so far. */
  unexpected(): string[] {
    return this.complaints.filter((complaint) => !this.expected.some((expected) => expected.test(complaint)));
  }

  /** Closes a tab. What it says while it is torn down is of no interest. */
  async leaveTab(page: Page): Promise<void> {
    this.left.add(page);
    await page.close();
  }

  async leave(): Promise<void> {
    for (const page of this.context.pages()) this.left.add(page);
    await this.context.close();
    expect(this.unexpected(), "the console is silent").toEqual([]);
  }

  /** Signs in as the organizers do, by the form, and is on the page of the instances then. */
  async signInAsOrganizer(): Promise<void> {
    await this.page.goto("/sign-in?next=%2Finstances");
    await this.page.getByLabel("Password of the organizers").fill(this.thon.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Instances" })).toBeVisible();
  }

  /** Signs in as a participant does, by a link. */
  async signInByLink(group: string, user: string): Promise<void> {
    await this.page.goto(await this.thon.link(group, user));
    await this.page.getByRole("button", { name: `Continue as ${user}` }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: `Hello, ${user}` })).toBeVisible();
  }

  /** Comes by a join code, as people type it, and founds a team. */
  async join(code: string, name: string, team: string): Promise<void> {
    const { page } = this;
    await page.goto("/join");
    await page.getByLabel("Join code").fill(code.toLowerCase().replace("-", " "));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByLabel("Your name in the event").fill(name);
    await page.getByLabel(/^Name of (your team|the new team)$/).fill(team);
    await page.getByRole("button", { name: /^(Join and start my editor|Ask to join)$/ }).click();
  }

  /** Waits until the page follows the live stream. Without scripts it never does, and must not claim to. */
  async settled(): Promise<void> {
    if (this.scripted) await expect(this.page.getByText("Live", { exact: true })).toBeVisible();
    else await expect(this.page.getByText("Live", { exact: true })).toHaveCount(0);
  }

  /** Waits for something that happens by itself: a live page shows it in place, without scripts one looks again. */
  async sees(check: () => Promise<void>): Promise<void> {
    if (this.scripted) return check();
    await expect(async () => {
      await this.page.reload();
      await check();
    }).toPass({ timeout: 15_000 });
  }

  /** The row of a person on the page of the instances. */
  row(user: string): Locator {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: new RegExp(`^${user}( |$)`) }) });
  }

  /** Opens the menu of a person's row. It needs no script: it is a popover. */
  async menu(user: string): Promise<Locator> {
    await this.row(user).getByRole("button", { name: `More for ${user}` }).click();
    return this.row(user).locator(".menu");
  }

  /** Starts somebody's instance by REST and waits for what becomes of it. */
  async launch(group: string, user: string, choice: { ephemeral?: boolean } = {}): Promise<void> {
    const answer = await this.context.request.post(`/api/instances?wait=20`, {
      data: { group: this.thon.group(group), username: user, ...choice },
      headers: { origin: this.thon.origin },
    });
    expect(answer.status()).toBe(201);
  }

  /** The id of somebody's instance. */
  async instance(group: string, user: string): Promise<string> {
    const { instances } = await (await this.context.request.get(`/api/instances?group=${this.thon.group(group)}`)).json();
    return instances.find((one: { user: { username: string } }) => one.user.username === user).id;
  }

  /** Lets somebody's instance end in so many minutes, by REST. */
  async renew(group: string, user: string, timeout_minutes: number): Promise<void> {
    const id = await this.instance(group, user);
    const headers = { origin: this.thon.origin };
    const answer = await this.context.request.post(`/api/instances/${id}/renew`, { data: { timeout_minutes }, headers });
    expect(answer.status()).toBe(200);
  }

  /** Ends somebody's instance by REST and waits until it is gone. */
  async terminate(group: string, user: string): Promise<void> {
    const id = await this.instance(group, user);
    const answer = await this.context.request.delete(`/api/instances/${id}?wait=20`, { headers: { origin: this.thon.origin } });
    expect(await answer.json()).toMatchObject({ status: "terminated" });
  }

  private complain(complaint: string, place: string): void {
    const whole = `${complaint} (${place})`;
    const fromEditor = !this.thon.owns(place || this.thon.origin);
    if (fromEditor && EDITOR_NOISE.some((noise) => noise.test(whole))) return;
    if (LATE_PORT.test(whole)) return;
    this.complaints.push(whole);
  }
}
