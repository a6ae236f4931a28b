// A real issuer of OpenID Connect beside a test's THON: issuer.mjs in a process of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Thon } from "./thon.ts";

export class Issuer {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<Issuer> {
    const child = spawn("node", [join(import.meta.dirname, "issuer.mjs")], { stdio: ["pipe", "pipe", "ignore"] });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return new Issuer(child, (JSON.parse(line) as { issuer: string }).issuer);
  }

  /** What thon.yaml says of it. */
  get configured(): object {
    const client = { client_id: "thon", client_secret: "a-secret-of-32-characters-or-more" };
    return { enabled: true, oidc: [{ name: "uni", title: "Example University", issuer: this.url, ...client }] };
  }

  /** Lets it lead browsers back to this THON and nowhere else. */
  async leadsTo(thon: Thon): Promise<void> {
    const redirect_uris = [`${thon.origin}/api/auth/callback/uni`];
    await fetch(`${this.url}/tests`, { method: "POST", body: JSON.stringify({ redirect_uris }) });
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.stdin?.end();
    await ended;
  }
}
