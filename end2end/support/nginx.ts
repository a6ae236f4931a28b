// An nginx of a test's own: high ports of 127.0.0.1, a folder of its own; ended by its pid.
import { spawn, type ChildProcess } from "node:child_process";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeBlock, type Block } from "./ports.ts";

export class Nginx {
  private constructor(
    readonly folder: string,
    private readonly block: Block,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<Nginx> {
    const block = await takeBlock();
    const folder = await mkdtemp(join(tmpdir(), "thon-nginx-"));
    await mkdir(join(folder, "sites-enabled"));
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path ${folder}/${what};`);
    const user = userInfo().uid === 0 ? "user root;" : "";
    const main = `${user} daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; ${temporary.join(" ")} include ${folder}/sites-enabled/*; }`;
    await writeFile(join(folder, "nginx.conf"), main);
    const child = spawn("nginx", ["-c", join(folder, "nginx.conf")], { stdio: "ignore" });
    for (let tries = 0; tries < 100; tries++) {
      if (await access(join(folder, "pid")).then(() => true, () => false)) return new Nginx(folder, block, child);
      await sleep(50);
    }
    throw new Error("nginx does not start");
  }

  /** What `thon.yaml` says of it. */
  get section(): object {
    const ports = { http_port: this.block.first, https_port: this.block.first + 1 };
    return { enabled: true, mode: "generated", domain: "thon.example.org", config_dir: this.folder, host: "127.0.0.1", ...ports };
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await this.block.release();
  }
}
