// A request as a program makes it, under any name: names below localhost are the browser's knowledge, not the system's.
import { get } from "node:http";

/** Asks for a URL of a server on this machine, without cookies and without following redirects; tells the status. */
export async function knock(url: string): Promise<number> {
  const { host, port, pathname } = new URL(url);
  return new Promise((done, failed) => {
    const asked = get({ host: "127.0.0.1", port, path: pathname, headers: { host, accept: "*/*" } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asked.on("error", failed);
  });
}
