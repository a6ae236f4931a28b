// The participant's page: one big button to the editor, and how the editor is.
import { occupy } from "../../support/ports.ts";
import { expect, test } from "../../support/test.ts";

test("the editor is started, opened in a tab of its own, and started again when it was ended", async ({ visitor, arrive, thon }) => {
  const { page, context } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  await expect(page.getByText("Not started yet. It takes a few seconds.")).toBeVisible();
  await page.getByRole("button", { name: "Start my editor" }).click();
  const open = page.getByRole("link", { name: "Open my editor in a new tab" });
  await visitor.sees(() => expect(open).toBeVisible());
  await expect(page.getByRole("region", { name: "My editor" }).getByText(thon.editor("alpha", "alice"))).toBeVisible();
  const opened = context.waitForEvent("page");
  await open.click();
  const editor = await opened;
  await expect(editor.getByRole("heading", { level: 1 })).toHaveText(thon.slug("alpha", "alice"));
  await expect(editor).toHaveURL(`${thon.editor("alpha", "alice")}/`);

  await organizer.terminate("alpha", "alice");
  await visitor.sees(() => expect(page.getByText(/^Stopped .* ago\. Your files are kept\.$/)).toBeVisible());
  await expect(page.getByRole("button", { name: "Start my editor" })).toBeVisible();
});

test("the editor's own address offers the start, too, and opens by itself", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await visitor.signInByLink("alpha", "alice");
  await page.goto(thon.editor("alpha", "alice"));
  await organizer.terminate("alpha", "alice");
  visitor.expects(/status of 503/);
  await page.goto(thon.editor("alpha", "alice"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The editor is stopped");
  await page.getByRole("button", { name: "Start my editor" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(thon.slug("alpha", "alice"), { timeout: 15_000 });
});

test("a failed start says why", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  const organizer = await arrive(thon);
  await organizer.signInAsOrganizer();
  await organizer.launch("alpha", "alice");
  await organizer.terminate("alpha", "alice");
  const release = await occupy(thon.startingPort);
  await visitor.signInByLink("alpha", "alice");
  await visitor.settled();
  await page.getByRole("button", { name: "Start my editor" }).click();
  await visitor.sees(() => expect(page.getByText(/^It did not start, .* ago\. Your files are kept\.$/)).toBeVisible());
  await expect(page.getByText(`Something else listens on 127.0.0.1:${thon.startingPort}`)).toBeVisible();
  await release();
});
