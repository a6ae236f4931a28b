// For everybody: axe finds nothing, nothing scrolls sideways, and the keyboard is enough.
import AxeBuilder from "@axe-core/playwright";
import { gather, PEOPLE, PICTURES } from "../../support/gallery.ts";
import { expect, test } from "../../support/test.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${colorScheme} @hydrated`, async ({ start, arrive }) => {
    test.setTimeout(400_000);
    const cast = await gather(await start({ groups: PEOPLE }), arrive);
    for (const { name, who, show } of PICTURES) {
      await show(cast);
      const { page } = cast[who];
      // Without motion: in the middle of a fade a colour is neither the one nor the other.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect.soft(passes.length, `${name} has something to look at`).toBeGreaterThan(10);
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      expect.soft(found, name).toEqual([]);
    }
  });
}

test("axe finds nothing on the page before anybody is there @hydrated", async ({ start, arrive }) => {
  const visitor = await arrive(await start({ groups: {} }));
  await visitor.signInAsOrganizer();
  const { violations } = await new AxeBuilder({ page: visitor.page }).withTags(RULES).analyze();
  expect(violations).toEqual([]);
});

test("a screen of 320 px never scrolls sideways @hydrated", async ({ start, arrive }) => {
  test.setTimeout(180_000);
  const cast = await gather(await start({ groups: PEOPLE }), arrive);
  for (const { name, who, show } of PICTURES) {
    const { page } = cast[who];
    await page.setViewportSize({ width: 320, height: 640 });
    await show(cast);
    const width = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth));
    expect.soft(width, name).toBeLessThanOrEqual(320);
  }
});

test("the first tab stop skips to the content @desktop @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/instances");
  await visitor.settled();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.getElementById("main")?.contains(document.activeElement));
  expect(inside, "the next stop is in the content").toBe(true);
});

test("the keyboard asks, says no, and is back where it was @desktop @hydrated", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  const more = visitor.row("alice").getByRole("button", { name: "More for alice" });
  await more.focus();
  await page.keyboard.press("Enter");
  await visitor.row("alice").getByRole("link", { name: "Terminate… alice" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Terminate alice?" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("link", { name: "Keep it" })).toBeFocused();
  for (let stop = 0; stop < 6; stop++) {
    await page.keyboard.press("Tab");
    const behind = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement !== document.body && !activeElement?.closest("dialog");
    });
    expect(behind, "nothing behind the dialog takes the focus").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(more).toBeFocused();
  await expect(page).toHaveURL("/instances");
  await expect(visitor.row("alice")).toContainText("Running");
});
