// Ports that nobody uses: tests run side by side, several runs and a THON that somebody works with share one machine.
import { createServer } from "node:net";

/** The grid of `server/tests/it/app/ports.rs`, whose tests keep out of here in the same way. */
const FIRST = 12_000;
const BLOCKS = 125;
const SIZE = 64;

export interface Block {
  /** The first of 63 ports in a row: one for the dashboard, the others for sandboxes. */
  readonly first: number;
  /** Lets others have it. */
  release(): Promise<void>;
}

/**
 * A block of ports that nobody else takes before it is released: listening below its first one is what keeps others out.
 * A look at what is free would not: a server listens a while after it was told where, and two would be told the same.
 */
export async function takeBlock(): Promise<Block> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let n = 0; n < BLOCKS; n++) {
    const guard = FIRST + ((start + n) % BLOCKS) * SIZE;
    const release = await occupy(guard).catch(() => undefined);
    if (!release) continue;
    const free = await Promise.all([1, 2, 3, 4, 5].map((port) => isFree(guard + port)));
    if (free.every(Boolean)) return { first: guard + 1, release };
    await release();
  }
  throw new Error("no free ports between 12000 and 20000");
}

/** Listens on a port until the returned function is called. */
export async function occupy(port: number, address = "127.0.0.1"): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done, failed) => server.once("error", failed).listen(port, address, done));
  return () => new Promise((done) => server.close(() => done()));
}

async function isFree(port: number): Promise<boolean> {
  return occupy(port).then(
    async (release) => (await release(), true),
    () => false,
  );
}
