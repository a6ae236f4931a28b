// What is not there, and what is not yours.
import { expect, test } from "../../support/test.ts";

test("somebody else's editor is refused with the way to one's own", async ({ visitor, thon }) => {
  const { page } = visitor;
  visitor.expects(/status of 403/);
  await visitor.signInByLink("alpha", "bob");
  for (const address of [`/open/${thon.slug("alpha", "alice")}`, "/open/nobody-at-all", thon.editor("alpha", "alice")]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This editor is not yours");
    await expect(page.getByText("You are signed in as bob.")).toBeVisible();
  }
  await page.getByRole("link", { name: "Go to my own page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hello, bob");
});

test("the organizers' page is refused to a participant", async ({ visitor }) => {
  visitor.expects(/status of 403/);
  await visitor.signInByLink("alpha", "alice");
  const answer = await visitor.page.goto("/instances");
  expect(answer?.status()).toBe(403);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("This page is not yours");
  await expect(visitor.page.getByText("bob")).toBeHidden();
});

test("what is not there is told with the way back", async ({ visitor }) => {
  const { page } = visitor;
  visitor.expects(/status of 404/);
  await visitor.signInAsOrganizer();
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  await page.getByRole("link", { name: "Go to the start page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
});
