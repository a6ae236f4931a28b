// The page behind `/ca`: read on phones and laptops by people who trust nothing here yet, so it comes without TLS and
// without scripts.
import { createHash } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../../support/test.ts";
import { rootOf } from "../../support/trusting.ts";

const SYSTEMS = ["Windows", "macOS", "iPhone and iPad", "Android", "Firefox", "Debian and Ubuntu"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`who looks at /ca finds the root, what it is called and what to do with it, ${colorScheme}`, async ({ start, arrive }) => {
    const thon = await start({ tier: "address" });
    const visitor = await arrive(thon, { colorScheme });
    const { page } = visitor;
    await page.goto(`${thon.local}/ca`);
    await expect(page.getByRole("heading", { level: 1, name: "Trust this server" })).toBeVisible();

    const root = await rootOf(thon);
    const fingerprint = createHash("sha256").update(root.raw).digest("hex").toUpperCase().match(/../g)?.join(":") ?? "none";
    await expect(page.locator("code").first()).toHaveText(fingerprint);
    for (const system of SYSTEMS) await expect(page.getByRole("heading", { level: 2, name: system })).toBeVisible();
    await expect(page.getByRole("link", { name: "Download the root" })).toBeInViewport();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the root" }).click()]);
    expect(file.suggestedFilename()).toBe("thon-ca.crt");

    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(width, "nothing scrolls sideways").toBe(0);
    if (!visitor.scripted) return;
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  });
}
