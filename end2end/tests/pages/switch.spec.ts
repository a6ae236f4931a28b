// Switching between events: whoever runs several looks at one of them, and everything on the pages is of that one.
import type { Locator } from "@playwright/test";
import { expect, test } from "../../support/test.ts";
import type { Visitor } from "../../support/visitor.ts";

/** The switcher that this screen shows: at the head of the side, or above the page. */
const switcher = ({ page }: Visitor): Locator => page.locator("details.evsw").filter({ visible: true });

/** Opens the switcher and chooses. */
async function choose(visitor: Visitor, event: string): Promise<void> {
  await switcher(visitor).locator("summary").click();
  await switcher(visitor).getByRole("button", { name: event }).click();
  await expect(switcher(visitor).locator("summary")).toContainText(event);
  await visitor.settled();
}

/** Adds an event with one group, by REST. */
async function second({ thon, context }: Visitor): Promise<void> {
  const data = { event_id: "autumn", title: "Autumn hackathon", groups: { [thon.group("gamma")]: ["dora"] } };
  const answer = await context.request.post("/api/groups/import", { data, headers: { origin: thon.origin } });
  expect(answer.status()).toBe(200);
}

/** The organizer is on the page of the users, and has chosen the second event. */
async function choosesSecond(visitor: Visitor): Promise<void> {
  await visitor.signInAsOrganizer();
  await second(visitor);
  await visitor.page.goto("/users");
  await visitor.settled();
  await choose(visitor, "Autumn hackathon");
}

test("with one event there is nothing to choose @desktop", async ({ visitor }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await page.goto("/");
  await visitor.settled();
  await expect(page.locator("details.evsw")).toHaveCount(0);
  const event = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Spring hackathon" });
  await expect(event).toContainText("3 people, 2 groups");
  await event.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Spring hackathon");
});

test("what is chosen is what the pages show, until all are shown again", async ({ visitor, thon }) => {
  test.setTimeout(90_000);
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await second(visitor);
  await page.goto("/users");
  await visitor.settled();
  await expect(switcher(visitor).locator("summary")).toContainText("All events");
  await expect(switcher(visitor).locator("summary")).toContainText("4 people, 3 groups");
  await expect(visitor.row("alice")).toBeVisible();

  // With the keyboard alone.
  await switcher(visitor).locator("summary").focus();
  await page.keyboard.press("Enter");
  const entry = (name: string) => switcher(visitor).getByRole("button", { name });
  await expect(entry("All events")).toHaveAttribute("aria-current", "true");
  await expect(entry("Spring hackathon")).toContainText("3 people, 2 groups");
  await entry("Autumn hackathon").focus();
  await page.keyboard.press("Enter");
  await expect(switcher(visitor).locator("summary")).toContainText("Autumn hackathon");
  await expect(page).toHaveURL("/users");
  await visitor.settled();
  await expect(switcher(visitor).locator("summary")).toContainText("1 person, 1 group");
  await expect(visitor.row("dora")).toBeVisible();
  await expect(visitor.row("alice")).toHaveCount(0);

  await page.goto("/groups");
  await visitor.settled();
  const groups = page.getByRole("region", { name: "Groups" });
  await expect(groups).toContainText(thon.group("gamma"));
  await expect(groups).not.toContainText(thon.group("alpha"));
  await expect(page.getByRole("link", { name: "Export YAML" })).toHaveAttribute("href", /event_id=autumn/);
  await page.goto("/instances");
  await visitor.settled();
  await expect(visitor.row("dora")).toBeVisible();
  await expect(visitor.row("alice")).toHaveCount(0);

  await page.goto("/");
  await visitor.settled();
  const running = page.locator(".strip > div").filter({ hasText: "Running" }).getByRole("definition");
  await expect(running).toHaveText("0 of 1");
  await visitor.launch("alpha", "alice");
  await page.getByRole("button", { name: "Launch all missing 1" }).click();
  await visitor.sees(() => expect(running).toHaveText("1 of 1"));
  await expect(page.getByText("1 started, 0 failed in the last 4 h")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("alice");
  const { instances } = await (await visitor.context.request.get("/api/instances")).json();
  const there = instances.map((one: { user: { username: string } }) => one.user.username);
  expect(there.sort(), "nobody was launched elsewhere").toEqual(["alice", "dora"]);

  await choose(visitor, "All events");
  await expect(running).toHaveText("2 of 4");
  await choose(visitor, "Spring hackathon");
  await expect(running).toHaveText("1 of 3");
});

test("who comes into the chosen event is seen at once, and nobody of another @hydrated", async ({ visitor, thon }) => {
  await choosesSecond(visitor);
  const headers = { origin: thon.origin };
  const all = await (await visitor.context.request.get("/api/groups")).json();
  for (const [group, username] of [["alpha", "zoe"], ["gamma", "erin"]] as const) {
    const group_id = all.find((one: { name: string }) => one.name === thon.group(group)).id;
    const made = await visitor.context.request.post("/api/users", { data: { username, group_id }, headers });
    expect(made.status()).toBe(201);
  }
  await expect(visitor.row("erin")).toBeVisible();
  await expect(visitor.row("zoe")).toHaveCount(0);
  await expect(switcher(visitor).locator("summary")).toContainText("2 people, 1 group");
  await visitor.launch("gamma", "erin");
  await expect(visitor.row("erin")).toContainText("Running");
  await visitor.context.request.post("/api/groups/events", { data: { event_id: "winter", title: "Winter hackathon" }, headers });
  await switcher(visitor).locator("summary").click();
  await expect(switcher(visitor).getByRole("button", { name: "Winter hackathon" })).toBeVisible();
});

test("a page of another event says so and leads there, and an event's page switches to it", async ({ visitor, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await second(visitor);
  await page.goto("/groups");
  await page.getByRole("link", { name: thon.group("alpha"), exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("alpha"));
  const alpha = page.url();
  await page.goto("/events");
  await visitor.settled();
  await page.getByRole("main").getByRole("link", { name: "Autumn hackathon", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Autumn hackathon");
  await visitor.settled();
  await page.getByRole("button", { name: "Switch to this event" }).click();
  await expect(switcher(visitor).locator("summary")).toContainText("Autumn hackathon");
  await expect(page.getByRole("button", { name: "Switch to this event" })).toHaveCount(0);
  // The sizes of the others are known all the same.
  await page.goto("/events");
  await visitor.settled();
  const line = page.getByRole("region", { name: "Events" }).getByRole("listitem").filter({ hasText: "Spring hackathon" });
  await expect(line).toContainText("2 groups, 3 people");

  visitor.expects(/status of 404/);
  expect((await page.goto(alpha))?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This is not in Autumn hackathon");
  await page.getByRole("button", { name: "Look in all events" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("alpha"));
  expect(page.url()).toBe(alpha);
});

test("what is made goes into the chosen event, and the jobs are those about its people", async ({ visitor, thon }) => {
  test.setTimeout(60_000);
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await second(visitor);
  const data = { kind: "launch", group: thon.group("alpha") };
  const asked = await visitor.context.request.post("/api/jobs", { data, headers: { origin: thon.origin } });
  expect(asked.status()).toBe(202);
  await page.goto("/jobs");
  await visitor.settled();
  const jobs = page.getByRole("region", { name: "Jobs" }).getByRole("listitem");
  await expect(jobs).toHaveCount(1);
  await choose(visitor, "Autumn hackathon");
  await expect(page).toHaveURL("/jobs");
  await expect(jobs).toHaveCount(0);
  await page.goto("/groups");
  await visitor.settled();
  await page.getByRole("region", { name: "New group" }).getByLabel("Name").fill(thon.group("delta"));
  await page.getByRole("button", { name: "Make group" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.group("delta"));
  await expect(page.getByRole("main").getByRole("link", { name: "Autumn hackathon" })).toBeVisible();
  await page.goto("/groups/import");
  await visitor.settled();
  await page.getByLabel("What it says").fill(`group,username\n${thon.group("delta")},emil\n${thon.group("eta")},fay\n`);
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await expect(page.getByRole("region", { name: "What it would do" })).toContainText("1 group and 2 people are new.");
  await visitor.settled();
  await page.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Groups");
  await expect(page.getByRole("region", { name: "Groups" })).toContainText(thon.group("eta"));
  await visitor.settled();
  await expect(switcher(visitor).locator("summary")).toContainText("3 people, 3 groups");
});

test("an event that is archived is chosen no longer", async ({ visitor, thon }) => {
  const { page } = visitor;
  await choosesSecond(visitor);
  await expect(visitor.row("alice")).toHaveCount(0);
  const headers = { origin: thon.origin };
  expect((await visitor.context.request.post("/api/groups/events/autumn/archive", { headers })).status()).toBe(200);
  await visitor.sees(() => expect(visitor.row("alice")).toBeVisible());
  await expect(visitor.row("dora")).toHaveCount(0);
  await expect(page.locator("details.evsw")).toHaveCount(0);
});
