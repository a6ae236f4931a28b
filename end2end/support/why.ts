// What failed and why, in a few lines at the very end: a log of CI is often cut to its tail.
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Enough for what the console said; the whole story stands above. */
const LINES = 12;
/** As a terminal is told of them. */
const COLOURS = /\u001b\[[\d;]*m/g;

export default class Why implements Reporter {
  private readonly failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === "skipped") return;
    const reasons = result.errors.map((error) => (error.message ?? error.value ?? "").replace(COLOURS, "").split("\n").slice(0, LINES).join("\n"));
    this.failures.push([test.titlePath().slice(1).join(" › "), ...reasons].join("\n"));
  }

  onEnd(): void {
    for (const failure of this.failures) console.log(`\nwhy: ${failure.replaceAll("\n", "\n  ")}`);
  }
}
