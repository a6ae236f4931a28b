// Rows change by themselves, and the page says when they do not.
import { expect, test } from "../../support/test.ts";

test("the changes of others show without a request @hydrated", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  await visitor.signInAsOrganizer();
  await visitor.settled();
  const other = await arrive(thon);
  await other.signInAsOrganizer();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  for (let round = 0; round < 5; round++) {
    await other.launch("alpha", "alice");
    await expect(visitor.row("alice")).toContainText("Running");
    await other.terminate("alpha", "alice");
    await expect(visitor.row("alice")).toContainText("Terminated");
  }
  expect(asked).toEqual([]);
});

test("the badge goes stale with the server and live again with it @hydrated", async ({ visitor, arrive, thon }) => {
  const { page } = visitor;
  visitor.expects(/WebSocket connection to .*\/api\/live.* failed/);
  await visitor.signInAsOrganizer();
  await visitor.launch("alpha", "alice");
  await visitor.settled();
  await thon.down();
  await expect(page.getByText(/^Stale/)).toBeVisible();
  await expect(visitor.row("alice")).toContainText("Running");
  await thon.up();
  await visitor.settled();
  await expect(visitor.row("alice")).toContainText("Running");
  const other = await arrive(thon);
  await other.signInAsOrganizer();
  await other.launch("beta", "carol");
  await expect(visitor.row("carol")).toContainText("Running");
  await expect(visitor.row("bob")).toContainText("Not started");
});
