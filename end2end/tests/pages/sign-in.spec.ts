// Coming in and going out, with a password and with a link.
import { expect, test } from "../../support/test.ts";

test("a wrong password is told in words, the right one opens the page that was asked for", async ({ visitor, thon }) => {
  const { page } = visitor;
  await page.goto("/instances");
  await expect(page).toHaveURL("/sign-in?next=/instances");
  const password = page.getByLabel("Password of the organizers");
  await password.fill("guess");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("The password is wrong, or none is set.");
  await expect(password).toHaveAccessibleDescription("The password is wrong, or none is set.");
  await password.fill(thon.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/instances");
  await expect(page.getByRole("row", { name: /^alice/ })).toContainText("Not started");
});

test("what was asked for keeps its whole query through the sign-in", async ({ visitor, thon }) => {
  const { page } = visitor;
  await page.goto("/instances?q=a%26b&state=running");
  await page.getByLabel("Password of the organizers").fill(thon.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/instances?q=a%26b&state=running");
});

test("a participant's link greets by name, signs in, and is good on a second device", async ({ arrive, thon }) => {
  const link = await thon.link("alpha", "alice");
  for (const device of ["laptop", "phone"]) {
    const { page } = await arrive(thon);
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome, alice");
    await page.getByRole("button", { name: "Continue as alice" }).click();
    await expect(page.getByRole("heading", { level: 1 }), device).toHaveText("Hello, alice");
    const people = page.getByRole("region", { name: /^People of/ }).getByRole("listitem");
    await expect(people.filter({ hasText: "alice" })).toContainText("you");
    await expect(people.filter({ hasText: "bob" })).toBeVisible();
    await expect(page.getByText("carol")).toBeHidden();
  }
});

test("the admin's link works once", async ({ arrive, thon }) => {
  const link = (await thon.cli("sign-in")).trim();
  const first = await arrive(thon);
  await first.page.goto(link);
  await first.page.getByRole("button", { name: /^Continue as/ }).click();
  await expect(first.page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const second = await arrive(thon);
  second.expects(/status of 404 .*sign-in\/link/);
  const { page } = second;
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is not good any more");
  await expect(page.getByText("It was used up, revoked or mistyped, or it is too old.")).toBeVisible();
});

test("signing out ends the session for the other tab, too", async ({ visitor }) => {
  const { page, context } = visitor;
  // The other tab asks for its stream and for what it missed once more before it knows.
  visitor.expects(/\/api\/live.* failed: HTTP Authentication failed|status of 401 .*\/sfn\/fleet_view/);
  await visitor.signInAsOrganizer();
  const other = await context.newPage();
  await other.goto("/instances");
  await expect(other.getByRole("row", { name: /^alice/ })).toBeVisible();
  await visitor.settled();
  // One in the side, one in the bar of a phone: whichever is shown.
  await page.getByRole("button", { name: "Sign out" }).filter({ visible: true }).click();
  await expect(page).toHaveURL("/sign-in");
  if (!visitor.scripted) await other.reload();
  await expect(other).toHaveURL("/sign-in?next=/instances", { timeout: 15_000 });
});
