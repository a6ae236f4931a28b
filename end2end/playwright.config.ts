// Debian's Chromium against real servers: the pages on simulated sandboxes, the main job on Docker.
import { defineConfig } from "@playwright/test";
import { desktop, phone, type Options } from "./support/screens.ts";

const pages = { testDir: "tests/pages" };
const PAGES = ["desktop", "phone", "desktop without JavaScript", "phone without JavaScript"];

/** Pictures are taken when asked for, so that a test run changes no file of the repository. */
const takesPictures = process.argv.some((argument) => argument.includes("@shots"));

export default defineConfig<Options>({
  testDir: "tests",
  outputDir: "test-results",
  // A test that needs a second try has found something.
  retries: 0,
  ...(takesPictures ? {} : { grepInvert: /@shots/ }),
  workers: 2,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 30_000,
  expect: { timeout: 8_000 },
  reporter: [["list"], ["./support/why.ts"]],
  use: {
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    trace: "retain-on-failure",
  },
  projects: [
    {
      name: "docker",
      testMatch: ["called-off.spec.ts", "main-job.spec.ts", "restart.spec.ts", "sessions.spec.ts", "swaps.spec.ts", "tls.spec.ts", "visit.spec.ts"],
      timeout: 120_000,
      // Two editors at a time are enough for two cores.
      workers: 1,
      // A bridge that comes or goes is a change of the network, and Chromium breaks off what loads then, in all its windows.
      dependencies: PAGES,
      use: { ...desktop, runtime: "docker" },
    },
    { name: "desktop", ...pages, grepInvert: /@plain/, use: desktop },
    { name: "phone", ...pages, grepInvert: /@desktop|@plain/, use: phone },
    { name: "desktop without JavaScript", ...pages, grepInvert: /@hydrated/, use: { ...desktop, javaScriptEnabled: false } },
    {
      name: "phone without JavaScript",
      ...pages,
      grepInvert: /@hydrated|@desktop/,
      use: { ...phone, javaScriptEnabled: false },
    },
    { name: "shots", testMatch: "screenshots.spec.ts", use: desktop },
    // Stops everybody's containers, so it waits for all others.
    {
      name: "daemon-restart",
      testMatch: "daemon-restart.spec.ts",
      timeout: 180_000,
      dependencies: ["docker"],
      use: { ...desktop, runtime: "docker" },
    },
  ],
});
