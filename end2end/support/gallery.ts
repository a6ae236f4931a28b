// Every page in every state that it has, for those who look at all of them: axe, the narrow screen, the camera.
import { expect } from "@playwright/test";
import { occupy } from "./ports.ts";
import type { Thon } from "./thon.ts";
import type { Visitor } from "./visitor.ts";

/** People who come to the pages. */
export interface Cast {
  thon: Thon;
  organizer: Visitor;
  /** Has an editor that runs. */
  running: Visitor;
  /** Has one that failed. */
  failed: Visitor;
  /** Has none yet. */
  fresh: Visitor;
  stranger: Visitor;
  /** Came by a code, and an organizer has not let them in yet. */
  waiting: Visitor;
  mentor: Visitor;
  /** Has an editor that was started in rescue. */
  rescued: Visitor;
  /** A code that is good. */
  code: { id: string; code: string };
}

export interface Picture {
  name: string;
  who: Exclude<keyof Cast, "thon" | "code">;
  show: (cast: Cast) => Promise<void>;
}

/** The event in which every state is there: one runs, one is gone, one failed, the rest have not begun. Beside it there is another. */
export const PEOPLE = { "team-amber": ["ada", "grace", "linus"], "team-cobalt": ["barbara", "dennis", "ken"] };

export async function gather(thon: Thon, arrive: (thon: Thon) => Promise<Visitor>): Promise<Cast> {
  const [organizer, running, failed, fresh, stranger] = [
    await arrive(thon),
    await arrive(thon),
    await arrive(thon),
    await arrive(thon),
    await arrive(thon),
  ];
  await organizer.signInAsOrganizer();
  for (const user of ["ada", "grace", "linus"]) await organizer.launch("team-amber", user);
  for (const user of ["grace", "linus"]) await organizer.terminate("team-amber", user);
  // The third port is linus's for life, so taking it makes the next start fail.
  const release = await occupy(thon.startingPort + 2);
  await organizer.launch("team-amber", "linus");
  await release();
  const autumn = { event_id: "autumn", title: "Autumn hackathon", groups: { [thon.group("team-slate")]: ["edsger", "frances"] } };
  await organizer.context.request.post("/api/groups/import", { data: autumn, headers: { origin: thon.origin } });
  const instance_ids: string[] = [];
  for (const user of ["ada", "grace", "linus"]) instance_ids.push(await organizer.instance("team-amber", user));
  for (const data of [{ kind: "renew", timeout_minutes: 0, instance_ids }, { kind: "resume", instance_ids }]) {
    await organizer.context.request.post("/api/jobs", { data, headers: { origin: thon.origin } });
  }
  const made = await organizer.context.request.post("/api/join-codes", { data: { seats: 4, places: 50 }, headers: { origin: thon.origin } });
  const code = await made.json();
  const asked = await organizer.context.request.post("/api/join-codes", { data: { approval: true }, headers: { origin: thon.origin } });
  const waiting = await arrive(thon);
  await waiting.join((await asked.json()).code, "rosalind", "team-violet");
  const mentor = await arrive(thon);
  await mentor.page.goto((await thon.cli("role", "grant", "mentor", "Margaret")).trim());
  await mentor.page.getByRole("button", { name: "Continue as Margaret" }).click();
  const rescued = await arrive(thon);
  await organizer.launch("team-cobalt", "ken");
  const ken = await organizer.instance("team-cobalt", "ken");
  await organizer.context.request.post(`/api/instances/${ken}/recreate?wait=20`, { data: { rescue: true }, headers: { origin: thon.origin } });
  await rescued.signInByLink("team-cobalt", "ken");
  await running.signInByLink("team-amber", "ada");
  await failed.signInByLink("team-amber", "linus");
  await fresh.signInByLink("team-cobalt", "barbara");
  for (const visitor of [running, failed, fresh, organizer, stranger, waiting, mentor, rescued]) visitor.expects(/status of (403|404|503)/);
  return { thon, organizer, running, failed, fresh, stranger, waiting, mentor, rescued, code };
}

const go = (path: string) => async (cast: Cast, who: Picture["who"]) => void (await cast[who].page.goto(path));

/** Has the mentor come into ada's editor, whatever they were asked before; says whether it is open to them at once. */
async function visits({ thon, mentor }: Cast): Promise<boolean> {
  await mentor.page.goto(thon.editor("team-amber", "ada"));
  return (await mentor.page.getByRole("link", { name: "Visit again" }).count()) === 0;
}

function picture(name: string, who: Picture["who"], show: (cast: Cast, who: Picture["who"]) => Promise<void>): Picture {
  return { name, who, show: (cast) => show(cast, who) };
}

export const PICTURES: Picture[] = [
  picture("sign-in", "stranger", go("/sign-in")),
  picture("sign-in-refused", "stranger", go("/sign-in?error=password")),
  picture("link", "stranger", async ({ thon, stranger }) => void (await stranger.page.goto(await thon.link("team-cobalt", "ken")))),
  picture("link-dead", "stranger", go("/sign-in/link?t=mistyped")),
  picture("instances", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/instances");
    await organizer.settled();
    await expect(organizer.row("linus")).toContainText("Failed");
  }),
  picture("instances-found", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/instances?sort=state&q=team");
    await organizer.settled();
    for (const user of ["ada", "linus"]) await organizer.page.getByRole("checkbox", { name: `Select ${user}` }).check();
    await expect(organizer.page.getByRole("form", { name: "Selected instances" })).toBeVisible();
  }),
  picture("instances-none", "organizer", go("/instances?q=nobody+at+all")),
  picture("menu", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/instances");
    await organizer.settled();
    await organizer.menu("ada");
  }),
  picture("overview", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/");
    await organizer.settled();
    await expect(organizer.page.getByRole("heading", { name: "linus did not start" })).toBeVisible();
  }),
  picture("switcher", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/");
    await organizer.settled();
    await organizer.page.locator(".evsw > summary").filter({ visible: true }).click();
    await expect(organizer.page.getByRole("button", { name: "Autumn hackathon" })).toBeVisible();
  }),
  picture("instance", "organizer", async ({ organizer }) => {
    await organizer.page.goto(`/instances/${await organizer.instance("team-amber", "ada")}`);
    await organizer.settled();
    await expect(organizer.page.getByRole("heading", { name: "History" })).toBeVisible();
  }),
  picture("instance-failed", "organizer", async ({ organizer }) => {
    await organizer.page.goto(`/instances/${await organizer.instance("team-amber", "linus")}`);
    await organizer.settled();
  }),
  picture("groups", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/groups");
    await organizer.settled();
    await expect(organizer.page.getByRole("heading", { name: "New group" })).toBeVisible();
  }),
  picture("group", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/groups");
    await organizer.page.getByRole("link", { name: /team-amber$/ }).click();
    await organizer.settled();
    await organizer.page.getByRole("checkbox", { name: "Select ada" }).check();
  }),
  picture("group-deletion", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/groups");
    await organizer.page.getByRole("link", { name: /team-amber$/ }).click();
    await organizer.settled();
    await organizer.page.getByRole("link", { name: "Delete group…" }).click();
    await expect(organizer.page.getByRole("dialog")).toBeVisible();
  }),
  picture("import", "organizer", async ({ thon, organizer }) => {
    await organizer.page.goto("/groups/import");
    await organizer.settled();
    const rows = [`${thon.group("team-amber")},ada,ada@example.org`, `${thon.group("team-jade")},mei,mei@example.org`];
    await organizer.page.getByLabel("What it says").fill(["group,username,email", ...rows].join("\n"));
    await organizer.page.getByRole("button", { name: "Show what it would do" }).click();
    await expect(organizer.page.getByRole("heading", { name: "What it would do" })).toBeVisible();
  }),
  picture("events", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/events");
    await organizer.settled();
  }),
  picture("event", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/events");
    await organizer.page.getByRole("main").getByRole("listitem").getByRole("link").first().click();
    await expect(organizer.page.getByRole("button", { name: "Archive" })).toBeVisible();
    await organizer.settled();
  }),
  picture("users", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/users");
    await organizer.settled();
    await expect(organizer.row("ada")).toContainText("Running");
  }),
  picture("user", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/users");
    await organizer.settled();
    await organizer.row("ada").getByRole("link", { name: "ada" }).click();
    await expect(organizer.page.getByRole("heading", { name: "This person" })).toBeVisible();
    await organizer.settled();
  }),
  picture("jobs", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/jobs");
    await organizer.settled();
    await expect(organizer.page.getByText("3 of 3 done")).toBeVisible();
  }),
  picture("job", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/jobs");
    await organizer.page.getByRole("link", { name: "Resume 3 instances" }).click();
    await organizer.settled();
    await expect(organizer.page.getByText("1 of 3 done, 2 refused")).toBeVisible();
  }),
  picture("settings", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/settings");
    await organizer.settled();
    await expect(organizer.page.getByRole("heading", { name: "Background" })).toBeVisible();
  }),
  picture("audit", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/audit");
    await organizer.settled();
    await expect(organizer.page.getByRole("row").filter({ hasText: "rosalind" }).first()).toBeVisible();
  }),
  picture("audit-none", "organizer", go("/audit?who=nobody+at+all")),
  picture("access", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/access");
    await organizer.settled();
    await expect(organizer.page.getByRole("paragraph").filter({ hasText: "rosalind" })).toBeVisible();
  }),
  picture("join-wall", "organizer", async ({ organizer, code }) => {
    await organizer.page.goto(`/access/codes/${code.id}`);
    await expect(organizer.page.getByText(code.code)).toBeVisible();
  }),
  picture("join", "stranger", go("/join")),
  picture("join-form", "stranger", async ({ stranger, code }) => void (await stranger.page.goto(`/join?code=${code.code}`))),
  picture("join-refused", "stranger", async ({ stranger, code }) => void (await stranger.page.goto(`/join?code=${code.code}&error=name-taken&name=ada`))),
  picture("join-waiting", "waiting", go("/join/waiting")),
  picture("rounds", "mentor", go("/")),
  picture("confirm", "organizer", async ({ organizer }) => {
    await organizer.page.goto("/instances");
    await organizer.settled();
    await (await organizer.menu("ada")).getByRole("link", { name: "Terminate… ada" }).click();
    await expect(organizer.page.getByRole("dialog")).toBeVisible();
  }),
  picture("participant-running", "running", go("/me")),
  picture("participant-rescued", "rescued", async ({ rescued, organizer }) => {
    await rescued.page.goto(`/me?disk=${await organizer.instance("team-cobalt", "ken")}`);
    await expect(rescued.page.getByRole("heading", { name: "Largest files" })).toBeVisible();
  }),
  picture("participant-restart", "running", async ({ running }) => {
    await running.page.goto("/me");
    await running.page.getByText("Restart or rescue…").click();
  }),
  picture("participant-visited", "running", async (cast) => {
    if (!(await visits(cast))) await cast.mentor.page.getByRole("link", { name: "Visit again" }).click();
    await cast.running.page.goto("/me");
    await expect(cast.running.page.getByRole("button", { name: /^Ask to leave ?: Margaret$/ })).toBeVisible();
  }),
  picture("asked-to-leave", "mentor", async (cast) => {
    if (!(await visits(cast))) return;
    await cast.running.page.goto("/me");
    await cast.running.page.getByRole("button", { name: /^Ask to leave ?: Margaret$/ }).click();
    // Until the editor has closed, and after that.
    await expect(cast.running.page.getByText(/Asked to leave: their editor closes\.|You asked them to leave\.$/)).toBeVisible();
    await visits(cast);
    await expect(cast.mentor.page.getByRole("heading", { name: "ada asked you to leave" })).toBeVisible();
  }),
  picture("participant-failed", "failed", go("/me")),
  picture("participant-fresh", "fresh", go("/me")),
  picture("account", "running", go("/account")),
  picture("not-yours", "running", async ({ thon, running }) => void (await running.page.goto(`/open/${thon.slug("team-amber", "grace")}`))),
  picture("not-found", "running", go("/no/such/page")),
  picture("editor-failed", "failed", async ({ thon, failed }) => void (await failed.page.goto(thon.editor("team-amber", "linus")))),
];
