// Whose editor stands behind an address, found out by the files that it shows.
import type { Thon } from "./thon.ts";
import type { Visitor } from "./visitor.ts";

/** Whose files stand behind somebody's address, as their own browser session gets them; `nobody` when none do. */
export async function whose(thon: Thon, visitor: Visitor, user: string): Promise<string> {
  const { hostname, origin } = new URL(thon.editor("alpha", user));
  const cookies = (await visitor.context.cookies(origin)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const answer = await visitor.context.request.get(
    `http://127.0.0.1:${thon.port}/vscode-remote-resource?path=/workspace/whose.txt`,
    { headers: { host: `${hostname}:${thon.port}`, cookie: cookies }, maxRedirects: 0, failOnStatusCode: false },
  );
  return answer.status() === 200 ? (await answer.text()).trim() : "nobody";
}
