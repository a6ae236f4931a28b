// The main job on real containers: from the organizer's click to a participant typing in VS Code, and back again.
import type { Page } from "@playwright/test";
import { inside, inspect } from "../support/docker.ts";
import { Editor } from "../support/editor.ts";
import { knock } from "../support/knock.ts";
import { expect, test } from "../support/test.ts";

const FILE = "notes.txt";

test.beforeEach(async ({ thon, request }) => {
  const { runtime } = await (await request.get(`${thon.origin}/api/version`)).json();
  expect(runtime, "only real containers prove that sandboxes work").toBe("docker");
});

test("a group of two is launched, one of them works, ends and finds the work again", async ({ thon, arrive }) => {
  const [organizer, alice, bob] = [await arrive(thon), await arrive(thon), await arrive(thon)];
  await organizer.signInAsOrganizer();

  await test.step("the organizer launches the group and sees both turn to Running, without asking", async () => {
    const rows = organizer.page.locator("tbody", { hasText: thon.group("alpha") });
    await expect(rows.getByText("Not started")).toHaveCount(2);
    await organizer.settled();
    const asked = requestsOf(organizer.page);
    await organizer.page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await rows.getByRole("button", { name: /^Launch missing 2/ }).click();
    await expect(rows.getByText("Running", { exact: true })).toHaveCount(2, { timeout: 60_000 });
    expect(asked(), "the click is the only request").toEqual(["POST /sfn/launch_missing"]);
    expect(await organizer.page.evaluate(() => "sameDocument" in window), "nothing was loaded anew").toBe(true);
    await expect(organizer.row("carol")).toContainText("Not started");
  });

  await alice.signInByLink("alpha", "alice");
  await expect(alice.page.getByText("Running", { exact: true })).toBeVisible();
  const opened = alice.context.waitForEvent("page");
  await alice.page.getByRole("link", { name: "Open my editor" }).click();
  const editor = new Editor(await opened);

  await test.step("VS Code loads at the participant's own address", async () => {
    await editor.ready();
    await expect(editor.page).toHaveURL(new RegExp(`^${thon.editor("alpha", "alice")}/(\\?folder=/workspace)?$`));
  });

  await test.step("a file is written by typing in the terminal", async () => {
    await editor.openTerminal();
    await editor.type(`printf '%s' "written by $(id -un)" > /workspace/${FILE}`);
    // The file is there a moment after the key was pressed, and `cat` fails until then.
    const written = () => inside(thon.slug("alpha", "alice"), "cat", `/workspace/${FILE}`).catch(() => "");
    await expect.poll(written).toBe("written by vscode");
    await expect(editor.page.getByRole("treeitem", { name: FILE })).toBeVisible();
  });

  await test.step("the other participant is refused at that address, in the browser and without one", async () => {
    await bob.signInByLink("alpha", "bob");
    bob.expects(/status of 403/);
    const answer = await bob.page.goto(thon.editor("alpha", "alice"));
    expect(answer?.status()).toBe(403);
    await expect(bob.page.getByRole("heading", { level: 1 })).toHaveText("This editor is not yours");
  });

  await test.step("a stranger gets the sign-in page", async () => {
    const stranger = await arrive(thon);
    const answer = await stranger.page.goto(thon.editor("alpha", "alice"));
    expect(answer?.status()).toBe(200);
    await expect(stranger.page).toHaveURL(new RegExp(`^${thon.origin}/sign-in\\?next=`));
    await expect(stranger.page.getByLabel("Password of the organizers")).toBeVisible();
  });

  await test.step("THON's own paths under a sandbox's name are the sandbox's", async () => {
    alice.expects(/status of 404 .*-alice\.localhost:\d+\/(api|sfn|pkg|readyz|sign-in|docs|openapi\.json)/);
    expect(await fetched(editor.page, "/healthz")).toMatchObject({ status: 200, text: expect.stringContaining("lastHeartbeat") });
    for (const path of PATHS) {
      expect(await fetched(editor.page, path), `${path} for its owner`).toMatchObject(CODE_SERVERS_NOT_FOUND);
      expect(await knock(`${thon.editor("alpha", "alice")}${path}`), `${path} for a stranger's program`).toBe(401);
    }
  });

  const container = await inspect(thon.slug("alpha", "alice"), "{{.Id}}");
  const port = await inspect(thon.slug("alpha", "alice"), "{{json .HostConfig.PortBindings}}");

  await test.step("the organizer terminates: the container goes", async () => {
    await alice.leaveTab(editor.page);
    await (await organizer.menu("alice")).getByRole("link", { name: "Terminate… alice" }).click();
    await organizer.page.getByRole("dialog").getByRole("button", { name: "Terminate alice" }).click();
    await expect(organizer.row("alice")).toContainText("Terminated", { timeout: 30_000 });
    expect(await inspect(thon.slug("alpha", "alice"), "{{.Id}}")).toBe("");
    await expect(organizer.row("bob")).toContainText("Running");
  });

  await test.step("launched again, the file is there at the same address", async () => {
    await organizer.row("alice").getByRole("button", { name: "Launch again alice" }).click();
    await expect(organizer.row("alice")).toContainText("Running", { timeout: 60_000 });
    expect(await inspect(thon.slug("alpha", "alice"), "{{.Id}}")).not.toBe(container);
    expect(await inspect(thon.slug("alpha", "alice"), "{{json .HostConfig.PortBindings}}")).toBe(port);
    const again = new Editor(await alice.context.newPage());
    await again.page.goto(thon.editor("alpha", "alice"));
    await again.ready();
    await again.page.getByRole("treeitem", { name: FILE }).dblclick();
    await expect(again.page.locator(".view-line", { hasText: "written by vscode" })).toBeVisible();
    expect(await inside(thon.slug("alpha", "alice"), "cat", `/workspace/${FILE}`)).toBe("written by vscode");
  });

  expect(await thon.check()).toBe("");
});

/** What THON answers itself under its own name, beside `/healthz`. */
const PATHS = ["/api/version", "/api/instances", "/sfn/viewer", "/pkg/x.js", "/readyz", "/sign-in", "/docs", "/openapi.json"];

/** THON's own would be a problem document or a page. */
const CODE_SERVERS_NOT_FOUND = { status: 404, text: "Not found.", mark: null };

/** What the sandbox's own page gets at a path. `mark` is the header by which all of THON's own answers are known. */
async function fetched(page: Page, path: string) {
  return page.evaluate(async (path) => {
    const answer = await fetch(path, { redirect: "manual" });
    return { status: answer.status, text: await answer.text(), mark: answer.headers.get("x-request-id") };
  }, path);
}

/** Counts what the page asks of THON from now on; the websocket is no such request. */
function requestsOf(page: Page): () => string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(sfn|api)\//.test(pathname)) asked.push(`${request.method()} ${pathname}`);
  });
  return () => asked;
}
