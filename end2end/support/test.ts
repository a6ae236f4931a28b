// The fixtures: a server of the test's own, and people who come to it.
import { test as base, expect } from "@playwright/test";
import type { Options } from "./screens.ts";
import { Thon, type Plan } from "./thon.ts";
import { Visitor } from "./visitor.ts";

type Start = (plan?: Partial<Plan>) => Promise<Thon>;
type Arrive = (thon: Thon, options?: { javaScriptEnabled?: boolean; ignoreHTTPSErrors?: boolean; colorScheme?: "light" | "dark" }) => Promise<Visitor>;

/** What most tests need: two groups, three people. */
const DEMO = { alpha: ["alice", "bob"], beta: ["carol"] };

export const test = base.extend<{ start: Start; arrive: Arrive; thon: Thon; visitor: Visitor } & Options>({
  runtime: ["simulated", { option: true }],

  start: async ({ runtime }, use, info) => {
    const servers: Thon[] = [];
    await use(async (plan = {}) => {
      const thon = await Thon.start({ runtime, groups: DEMO, ...plan });
      servers.push(thon);
      return thon;
    });
    for (const thon of servers) {
      if (info.status !== info.expectedStatus) await info.attach("thon.log", { body: await thon.log(), contentType: "text/plain" });
      await thon.remove();
    }
  },

  thon: async ({ start }, use) => use(await start()),

  // Needs `start` so that people leave before the servers do.
  arrive: async ({ start: _, browser, contextOptions, javaScriptEnabled, viewport, isMobile, hasTouch, deviceScaleFactor }, use) => {
    const screen = { viewport, isMobile, hasTouch, deviceScaleFactor: deviceScaleFactor ?? 1 };
    const visitors: Visitor[] = [];
    await use(async (thon, options = {}) => {
      const visitor = await Visitor.arrive(thon, browser, { ...contextOptions, ...screen, javaScriptEnabled, ...options });
      visitors.push(visitor);
      return visitor;
    });
    for (const visitor of visitors) await visitor.leave();
  },

  visitor: async ({ arrive, thon }, use) => use(await arrive(thon)),
});

export { expect };
