// The two sizes that everything is looked at in, and what a test may ask of its server.
import type { Runtime } from "./thon.ts";

export interface Options {
  /** What runs the sandboxes of the test's server. */
  runtime: Runtime;
}

export const desktop = { viewport: { width: 1440, height: 900 } };

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
