// THON restarts in the middle of the event: whoever works in a terminal loses no word and has nothing to do.
import { inside, inspect } from "../support/docker.ts";
import { Editor } from "../support/editor.ts";
import { expect, test } from "../support/test.ts";

/** Counts in the terminal and in a file, twice a second and twenty numbers a line: everything stays on the screen. */
const COUNT = `for n in $(seq 1 9999); do printf 'n%d ' $n; echo $n >> /workspace/counted; [ $((n % 20)) -gt 0 ] || echo; sleep 0.5; done`;

/** Draws the terminal's text as elements: what is painted on a canvas no test can read. */
const SETTINGS = JSON.stringify({ "terminal.integrated.gpuAcceleration": "off" });

test("a terminal goes on while THON restarts twice", async ({ thon, arrive }) => {
  const [organizer, alice] = [await arrive(thon), await arrive(thon)];
  const slug = thon.slug("alpha", "alice");
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await inside(slug, "sh", "-c", `mkdir /workspace/.vscode && echo '${SETTINGS}' > /workspace/.vscode/settings.json`);
  const container = await inspect(slug, "{{.Id}} {{.State.StartedAt}}");

  alice.expectsCuts();
  await alice.signInByLink("alpha", "alice");
  const editor = new Editor(alice.page);
  let cut = 0;
  editor.page.on("websocket", (socket) => socket.on("close", () => cut++));
  await editor.page.goto(thon.editor("alpha", "alice"));
  await editor.ready();
  await editor.openTerminal();
  await editor.type(COUNT);
  await goesOn(editor, slug);

  await test.step("after the first restart the old process carries what is open", async () => {
    await thon.restart();
    await goesOn(editor, slug);
    expect(cut, "no connection was cut").toBe(0);
  });

  await test.step("the second cuts it, and the editor comes back by itself", async () => {
    await thon.restart();
    await goesOn(editor, slug);
    expect(cut, "the connections of before are gone").toBeGreaterThan(0);
  });

  await test.step("what is typed is heard, and the files are there", async () => {
    await editor.page.keyboard.press("Control+c");
    await editor.type("wc -l < /workspace/counted > /workspace/lines");
    await expect.poll(() => inside(slug, "cat", "/workspace/lines").catch(() => "")).toMatch(/^\d+$/);
    const counted = (await inside(slug, "cat", "/workspace/counted")).split("\n").map(Number);
    expect(counted, "the program was never disturbed").toEqual(upTo(counted.length));
  });

  expect(await inspect(slug, "{{.Id}} {{.State.StartedAt}}"), "nobody has touched the sandbox").toBe(container);
  expect(await thon.check()).toBe("");
});

/** Waits until the terminal shows what is counted from now on, with every number before it. */
async function goesOn(editor: Editor, slug: string): Promise<void> {
  const now = Number(await inside(slug, "sh", "-c", "wc -l < /workspace/counted || echo 0"));
  await expect(async () => {
    const shown = [...(await editor.terminalText()).matchAll(/n(\d+)/g)].map(([, number]) => Number(number));
    expect(shown.length).toBeGreaterThan(now + 4);
    expect(shown, "no text is lost").toEqual(upTo(shown.length));
  }).toPass({ timeout: 40_000 });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
