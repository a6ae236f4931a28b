// Somebody at a browser of their own. Whatever their console says against a page fails the test.
import { expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "@playwright/test";
import type { Thon } from "./thon.ts";

/** code-server asks for two files of a licence check that its own build does not have; it works without them. */
const EDITOR_NOISE = /\/vsda(_bg)?\.(js|wasm)/;

/** Without JavaScript nothing uses the preloaded WASM, and Chromium says so. */
const UNUSED_WASM = /\.wasm was preloaded using link preload but not used/;

export class Visitor {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];

  private constructor(
    readonly thon: Thon,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(thon: Thon, browser: Browser, options: BrowserContextOptions): Promise<Visitor> {
    const context = await browser.newContext({ ...options, baseURL: thon.origin });
    const visitor = new Visitor(thon, context, await context.newPage());
    if (options.javaScriptEnabled === false) visitor.expects(UNUSED_WASM);
    context.on("console", (message) => {
      // Warnings count: hydration tells of its mismatches in them.
      if (message.type() !== "error" && message.type() !== "warning") return;
      visitor.complain(`${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => visitor.complain(String(error.error())));
    return visitor;
  }

  /** Says that the console will tell of something that the test itself brings about. */
  expects(complaint: RegExp): void {
    this.expected.push(complaint);
  }

  /** What the console had against the pages so far. */
  unexpected(): string[] {
    return this.complaints.filter((complaint) => !this.expected.some((expected) => expected.test(complaint)));
  }

  async leave(): Promise<void> {
    await this.context.close();
    expect(this.unexpected(), "the console is silent").toEqual([]);
  }

  /** Signs in as the organizers do, by the form. */
  async signInAsOrganizer(): Promise<void> {
    await this.page.goto("/sign-in");
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

  private complain(complaint: string): void {
    const origin = /^http:\/\/localhost:/;
    const place = /\((.*)\)$/.exec(complaint)?.[1] ?? "";
    if (!origin.test(place) && EDITOR_NOISE.test(place)) return;
    this.complaints.push(complaint);
  }
}
