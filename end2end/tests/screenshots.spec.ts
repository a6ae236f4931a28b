// Pictures of every page, to look at; and the one in the README. Run it alone: `npx playwright test --grep @shots`.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { gather, PEOPLE, PICTURES } from "../support/gallery.ts";
import { desktop, phone } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";
import type { Thon } from "../support/thon.ts";

const repository = join(import.meta.dirname, "../..");
const shots = join(repository, "target/shots");
const images = join(repository, "docs/images");

for (const [size, screen] of Object.entries({ desk: desktop, phone })) {
  test.describe(size, () => {
    test.use(screen);

    test(`every page, light and dark, ${size} @shots`, async ({ start, arrive }) => {
      test.setTimeout(180_000);
      await mkdir(shots, { recursive: true });
      const thon = await start({ groups: PEOPLE, mark: "" });
      const cast = await gather(thon, arrive);
      for (const { name, who, show } of PICTURES) {
        await show(cast);
        const { page } = cast[who];
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        }
      }
    });

    test(`the page before anybody is there, ${size} @shots`, async ({ start, arrive }) => {
      await mkdir(shots, { recursive: true });
      const organizer = await arrive(await start({ groups: {} }));
      await organizer.signInAsOrganizer();
      const { page } = organizer;
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.screenshot({ path: join(shots, `empty-${size}-${colorScheme}.png`), fullPage: true });
      }
    });

    test(`what to trust, ${size} @shots`, async ({ start, arrive }) => {
      await mkdir(shots, { recursive: true });
      const thon = await start({ tier: "address" });
      const { page } = await arrive(thon);
      await page.goto(`${thon.local}/ca`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.screenshot({ path: join(shots, `trust-${size}-${colorScheme}.png`), fullPage: true });
      }
    });
  });
}

test("the README's picture @shots", async ({ start, arrive }) => {
  await mkdir(images, { recursive: true });
  const thon = await start({ groups: PEOPLE, mark: "" });
  const organizer = await arrive(thon);
  const { page } = organizer;
  await organizer.signInAsOrganizer();
  for (const user of PEOPLE["team-amber"]) await organizer.launch("team-amber", user);
  await organizer.launch("team-cobalt", "barbara");
  await organizer.launch("team-cobalt", "dennis");
  await organizer.terminate("team-cobalt", "dennis");
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto("/instances");
  await organizer.settled();
  await expect(page.getByText(/MiB/)).toHaveCount(4, { timeout: 20_000 });
  await withoutChance(page, thon);
  await page.screenshot({ path: join(images, "instances.png"), animations: "disabled" });
});

/** Puts what differs from run to run, ports and seconds, to what a fresh installation would show. */
async function withoutChance(page: Page, { port, startingPort }: Thon): Promise<void> {
  await page.evaluate(
    ({ port, startingPort }) => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        text.textContent = (text.textContent ?? "")
          .replaceAll(`:${port}`, ":8100")
          .replace(/\b\d{5}\b/g, (found) => {
            const nth = Number(found) - startingPort;
            return nth >= 0 && nth < 50 ? String(8443 + nth) : found;
          });
      }
      for (const since of document.querySelectorAll(".since")) if (since.textContent) since.textContent = "12 min";
    },
    { port, startingPort },
  );
}
