// A real `thon run` of a test's own: own home, own ports, own names of groups; ended by its pid.
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { removeSandboxes } from "./docker.ts";
import { takeBlock, type Block } from "./ports.ts";
import { alive } from "./process.ts";

const run = promisify(execFile);

export type Runtime = "docker" | "simulated";

/** How sandboxes are told apart over TLS. */
export type Tier = "domain" | "address" | "path";

/** Chromium is told where this name and all below it lead. */
export const DOMAIN = "thon.example.org";

/** An address of this machine other than the one of the local tier. */
export const ADDRESS = "127.0.0.2";

export interface Plan {
  runtime: Runtime;
  /** Names of groups with the names of their people. Each group's name gets the server's own mark in front. */
  groups: Record<string, string[]>;
  /** Groups whose sandboxes have an image of their own. */
  images?: Record<string, string>;
  title?: string;
  /** Without one, people come by the local addresses. */
  tier?: Tier;
  /** What else thon.yaml says. */
  more?: object;
  /** Put in front of the names of groups; drawn by lot so that runs never meet. */
  mark?: string;
  starting_port?: number;
  /** Where Docker is reached, as `DOCKER_HOST` says it. */
  docker_host?: string;
  /** How many sandboxes start at once. */
  parallel_starts?: number;
  port?: number;
}

const target = process.env["CARGO_TARGET_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "thon/target");
const binary = process.env["THON_BIN"] ?? join(target, "debug/thon");
const repository = join(import.meta.dirname, "../..");

export class Thon {
  readonly password = "correct horse battery staple";
  /** The processes that served here; the last one does now, earlier ones may still carry what was open through them. */
  private servers: number[] = [];

  private constructor(
    readonly home: string,
    readonly plan: Plan,
    readonly mark: string,
    private readonly block: Block,
  ) {}

  static async start(plan: Plan): Promise<Thon> {
    const block = await takeBlock();
    const home = await mkdtemp(join(tmpdir(), "thon-end2end-"));
    const mark = plan.mark ?? `e${randomBytes(3).toString("hex")}-`;
    const thon = new Thon(home, plan, mark, block);
    await writeFile(join(home, "thon.yaml"), thon.configuration());
    await thon.up();
    return thon;
  }

  get port(): number {
    return this.plan.port ?? this.block.first;
  }

  /** Where the ports of sandboxes begin. */
  get startingPort(): number {
    return this.plan.starting_port ?? this.block.first + 1;
  }

  get origin(): string {
    const { tier } = this.plan;
    return tier ? `https://${tier === "domain" ? DOMAIN : ADDRESS}:${this.securePort}` : this.local;
  }

  /** Where this machine itself reaches the dashboard, in every tier. */
  get local(): string {
    return `http://localhost:${this.port}`;
  }

  /** In the same block of ports as all others. */
  get securePort(): number {
    return this.port + 20;
  }

  /** Whether a page is the dashboard's; else it is a sandbox's. */
  owns(url: string): boolean {
    return URL.canParse(url) && new URL(url).host === new URL(this.origin).host;
  }

  /** The full name of a group of the plan. */
  group(name: string): string {
    return `${this.mark}${name}`;
  }

  slug(group: string, user: string): string {
    return `${this.group(group)}-${user}`;
  }

  /** The address of somebody's editor. */
  editor(group: string, user: string): string {
    const { protocol, host } = new URL(this.plan.tier === "domain" ? this.origin : this.local);
    return `${protocol}//${this.slug(group, user)}.${host}`;
  }

  /** A fresh sign-in link for somebody, as `thon sign-in` prints it. */
  async link(group: string, user: string): Promise<string> {
    return (await this.cli("sign-in", `${this.group(group)}/${user}`)).trim();
  }

  /** Runs a command of the program against this server. */
  async cli(...args: string[]): Promise<string> {
    const { stdout } = await run(binary, args, { env: this.environment(), cwd: repository });
    return stdout;
  }

  /** What `thon check` has to say; empty when database, sandboxes and routes agree. */
  async check(): Promise<string> {
    const failed = (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}`;
    return run(binary, ["check", "--quiet"], { env: this.environment(), cwd: repository }).then(() => "", failed);
  }

  async log(): Promise<string> {
    return readFile(join(this.home, "log"), "utf8");
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.servers.at(-1) as number, signal);
  }

  /** Lets another process take the server's place. */
  async restart(): Promise<void> {
    await this.cli("restart");
    const lock = await readFile(join(this.home, "thon.db.lock"), "utf8");
    this.servers.push(Number(/^process (\d+)/.exec(lock)?.[1]));
  }

  async up(): Promise<void> {
    const log = openSync(join(this.home, "log"), "a");
    const child = spawn(binary, ["run"], { env: this.environment(), cwd: repository, stdio: ["ignore", log, log] });
    closeSync(log);
    this.servers = [child.pid as number];
    const deadline = Date.now() + 20_000;
    while (!(await this.answers())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`thon did not start:\n${await this.log()}`);
      await sleep(50);
    }
  }

  /** Asks the server to end and waits until it has, and with it whoever served before. */
  async down(): Promise<void> {
    const left = () => this.servers.filter(alive);
    for (const signal of ["SIGCONT", "SIGTERM"] as const) left().forEach((pid) => process.kill(pid, signal));
    for (const deadline = Date.now() + 10_000; left().length && Date.now() < deadline; ) await sleep(20);
    left().forEach((pid) => process.kill(pid, "SIGKILL"));
    this.servers = [];
  }

  /** Ends the server and takes away everything that it left. */
  async remove(): Promise<void> {
    await this.down();
    if (this.plan.runtime === "docker") await removeSandboxes(this.mark);
    await rm(this.home, { recursive: true, force: true });
    await this.block.release();
  }

  private async answers(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  private environment(): NodeJS.ProcessEnv {
    const { PATH, HOME, LANG } = process.env;
    const DOCKER_HOST = this.plan.docker_host ?? process.env["DOCKER_HOST"];
    return { PATH, HOME, LANG, DOCKER_HOST, THON_HOME: this.home, AUTH_LOCAL_PASSWORD: this.password, NO_COLOR: "1" };
  }

  private configuration(): string {
    const { runtime, groups, images = {}, title, tier, parallel_starts, more } = this.plan;
    const sandbox = (name: string) => (images[name] ? { sandbox: { image: images[name] } } : {});
    const secured = { https_port: this.securePort, public_ports: `${this.securePort + 1}-${this.securePort + 29}` };
    const reached = {
      domain: { nginx: { domain: DOMAIN }, edge: { ...secured, host: "127.0.0.1" } },
      address: { external_ip: ADDRESS, edge: { ...secured, host: ADDRESS } },
      path: { external_ip: ADDRESS, edge: { ...secured, host: ADDRESS, tier: "path" } },
    };
    // JSON is YAML.
    return JSON.stringify({
      log_level: "DEBUG",
      event: { id: "end2end", title: title ?? "Spring hackathon" },
      dashboard: { port: this.port },
      sandbox: { runtime, starting_port: this.startingPort, memory: "1GiB", ...(parallel_starts ? { parallel_starts } : {}) },
      groups: Object.entries(groups).map(([name, users]) => ({ name: this.group(name), users, ...sandbox(name) })),
      ...(tier ? reached[tier] : {}),
      ...more,
    });
  }
}
