// Ports that nobody uses: several runs, and a THON that somebody works with, share one machine.
import { createServer } from "node:net";

/** Below what Linux hands out by itself (32768), above what is commonly taken. */
const FIRST = 12_000;
const BLOCKS = 400;
const BLOCK = 50;

/** The first of fifty ports in a row, all of them free: one for the dashboard, the others for sandboxes. */
export async function freeBlock(): Promise<number> {
  for (let tries = 0; tries < 20; tries++) {
    const first = FIRST + Math.floor(Math.random() * BLOCKS) * BLOCK;
    const free = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => isFree(first + n)));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no free ports between 12000 and 32000");
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
