// Signing in with an account elsewhere, at a real issuer.
import { Issuer } from "../../support/issuer.ts";
import { expect, test as base } from "../../support/test.ts";
import type { Thon } from "../../support/thon.ts";

const test = base.extend<{ university: Thon }>({
  university: async ({ start }, use) => {
    const issuer = await Issuer.start();
    const thon = await start({ more: { auth: { ...issuer.configured, local_password: "x", admins: ["olga@example.org"] } } });
    await issuer.leadsTo(thon);
    await use(thon);
    await issuer.stop();
  },
});

test("somebody who is known at a university signs in with one link, to the page that was asked for", async ({ university, arrive }) => {
  const { page } = await arrive(university);
  await page.goto("/instances");
  await page.getByRole("link", { name: "Continue with Example University" }).click();
  await expect(page).toHaveTitle("Example University");
  await page.getByRole("link", { name: "Continue as Olga" }).click();
  await expect(page).toHaveURL("/instances");
  await expect(page.getByRole("row", { name: /^alice/ })).toContainText("Not started");
  // Back in the browser, over the university: nothing breaks, and nobody else is signed in.
  await page.goBack();
  await page.goto("/instances");
  await expect(page.getByRole("row", { name: /^alice/ })).toBeVisible();
});

test("whom nobody has entered is told so, with the name they have there", async ({ university, arrive }) => {
  const visitor = await arrive(university);
  const { page } = visitor;
  visitor.expects(/status of 403/);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Continue with Example University" }).click();
  await page.getByRole("link", { name: "Continue as Mallory" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nobody here knows this account yet");
  await expect(page.getByText("Example University says that you are Mallory, mallory@example.net.")).toBeVisible();
  await page.goto("/instances");
  await expect(page).toHaveURL("/sign-in?next=/instances");
});

test("whoever says no there can try again", async ({ university, arrive }) => {
  const visitor = await arrive(university);
  const { page } = visitor;
  visitor.expects(/status of 403/);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Continue with Example University" }).click();
  await page.getByRole("link", { name: "Refuse" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You did not agree to sign in");
  await page.getByRole("link", { name: "Try again with Example University" }).click();
  await page.getByRole("link", { name: "Continue as Olga" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
});
