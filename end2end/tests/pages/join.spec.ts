// Coming in by a code: on whatever screen, with scripts and without.
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

/** Makes a code on the page of the access and returns what people read. */
async function code(organizer: Visitor, approval = false): Promise<string> {
  const { page } = organizer;
  await page.goto("/access");
  await organizer.settled();
  const codes = page.getByRole("region", { name: "Join codes" });
  if (approval) await codes.getByLabel("An organizer lets each in").check();
  await codes.getByRole("button", { name: "Make code" }).click();
  const line = codes.getByRole("listitem").first();
  await expect(line).toContainText(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
  return /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await line.innerText())?.[0] as string;
}

test("two people join by a code, each has an editor, and neither comes to the other's", async ({ arrive, thon }) => {
  test.setTimeout(90_000);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  const text = await code(organizer);
  const [carla, dora] = [await arrive(thon), await arrive(thon)];
  for (const [visitor, name, team] of [[carla, "carla", "rockets"], [dora, "dora", "comets"]] as const) {
    await visitor.join(text, name, team);
    await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${name}`);
    // A page without scripts changes when it is loaded anew, not while one looks at it.
    const timeout = visitor.scripted ? 15_000 : 2_000;
    await visitor.sees(() => expect(visitor.page.getByRole("link", { name: /^Open my editor/ })).toBeVisible({ timeout }));
  }
  await expect(carla.page.getByText("dora")).toBeHidden();
  dora.expects(/status of 403 .*\/open\/rockets-carla/);
  await dora.page.goto("/open/rockets-carla");
  await expect(dora.page.getByRole("heading", { level: 1 })).toHaveText("This editor is not yours");
  await dora.page.goto(thon.local.replace("localhost", "rockets-carla.localhost"));
  await expect(dora.page.getByRole("heading", { level: 1 }), "not by its address either").toHaveText("This editor is not yours");
});

test("a mistyped code, a name that is taken and a full team are told in words", async ({ arrive, thon }) => {
  test.setTimeout(90_000);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  const text = await code(organizer);
  const first = await arrive(thon);
  await first.page.goto("/join?code=00000000");
  await expect(first.page.getByRole("alert")).toContainText("There is no such code");
  await first.join(text, "carla", "rockets");
  await expect(first.page.getByRole("heading", { level: 1 })).toHaveText("Hello, carla");
  const second = await arrive(thon);
  await second.join(text, "dora", "Rockets");
  await expect(second.page.getByRole("alert")).toContainText("There is a team of this name already");
  await expect(second.page.getByLabel("Your name in the event")).toHaveValue("dora");
  await second.page.getByLabel("Your name in the event").fill("Carla");
  await second.page.getByLabel("Team", { exact: true }).selectOption({ label: "rockets, 4 seats free" });
  await second.page.getByRole("button", { name: "Join and start my editor" }).click();
  await expect(second.page.getByRole("alert")).toContainText("Somebody in this team has this name");
});

test("whoever needs approval waits on a page that goes on by itself", async ({ arrive, thon }) => {
  test.setTimeout(90_000);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  const text = await code(organizer, true);
  const [carla, mallory] = [await arrive(thon), await arrive(thon)];
  for (const [visitor, name] of [[carla, "carla"], [mallory, "mallory"]] as const) {
    await visitor.join(text, name, "rockets");
    await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("Waiting for approval");
  }
  const { page } = organizer;
  const waiting = page.getByRole("region", { name: "Waiting for approval" });
  await organizer.sees(() => expect(waiting.getByRole("listitem")).toHaveCount(2));
  await waiting.getByRole("button", { name: "Let in carla" }).click();
  await expect(waiting.getByRole("listitem")).toHaveCount(1);
  await waiting.getByRole("button", { name: "Refuse mallory" }).click();
  await expect(waiting).toBeHidden();
  await expect(carla.page.getByRole("heading", { level: 1 })).toHaveText("Hello, carla", { timeout: 15_000 });
  await expect(mallory.page.getByRole("heading", { level: 1 })).toHaveText("Not let in", { timeout: 15_000 });
});

test("the wall shows the code and where it leads", async ({ arrive, thon }) => {
  test.setTimeout(90_000);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  const text = await code(organizer);
  const { page } = organizer;
  await page.getByRole("link", { name: `Show ${text}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Join Spring hackathon");
  await expect(page.getByRole("img", { name: /^QR code that leads to .*\/join$/ })).toBeVisible();
  await expect(page.getByText(text)).toBeVisible();
});

test("a mentor visits the editors of the event, and a judge does not", async ({ arrive, thon }) => {
  test.setTimeout(90_000);
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  for (const [role, visits] of [["mentor", 1], ["judge", 0]] as const) {
    const link = (await thon.cli("role", "grant", role, "Max")).trim();
    const visitor = await arrive(thon);
    await visitor.page.goto(link);
    await visitor.page.getByRole("button", { name: "Continue as Max" }).click();
    await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("Hello, Max");
    await expect(visitor.page.getByRole("listitem").filter({ hasText: "alice" })).toContainText("Running");
    await expect(visitor.page.getByRole("link", { name: "Visit alice, in a new tab" })).toHaveCount(visits);
  }
});
