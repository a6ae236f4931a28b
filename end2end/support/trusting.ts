// A Chromium in a home of its own, which trusts a server's root as a person's does who followed `/ca`.
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Browser, type LaunchOptions } from "@playwright/test";
import { DOMAIN, type Thon } from "./thon.ts";

const run = promisify(execFile);

/** The root that a server gives to anybody. */
export async function rootOf(thon: Thon): Promise<X509Certificate> {
  const answer = await fetch(`${thon.local.replace("localhost", "127.0.0.1")}/ca.crt`);
  return new X509Certificate(await answer.text());
}

export class Trusting {
  private constructor(
    readonly browser: Browser,
    private readonly home: string,
  ) {}

  /** Starts a Chromium that knows where the domain leads, and trusts this root if one is given. */
  static async launch(options: LaunchOptions, root?: X509Certificate): Promise<Trusting> {
    const home = await mkdtemp(join(tmpdir(), "thon-trusting-"));
    // Chromium reads the one or the other, as it finds them (net/cert/nss_cert_database and crypto/nss_util there).
    const database = join(home, ".pki/nssdb");
    await mkdir(database, { recursive: true });
    await run("certutil", ["-d", `sql:${database}`, "-N", "--empty-password"]);
    if (root) {
      const file = join(home, "thon-ca.crt");
      await writeFile(file, root.toString());
      await run("certutil", ["-d", `sql:${database}`, "-A", "-t", "C,,", "-n", "thon", "-i", file]);
    }
    const { PATH, LANG } = process.env as Record<string, string>;
    const leads = `--host-resolver-rules=MAP ${DOMAIN} 127.0.0.1, MAP *.${DOMAIN} 127.0.0.1`;
    const browser = await chromium.launch({
      ...options,
      args: [...(options.args ?? []), leads],
      env: { PATH: PATH ?? "", LANG: LANG ?? "C.UTF-8", HOME: home },
    });
    return new Trusting(browser, home);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.home, { recursive: true, force: true });
  }
}
