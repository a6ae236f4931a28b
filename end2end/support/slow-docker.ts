// A way to Docker on which every request takes its time: whoever waits for their start waits long enough to be seen.
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const DOCKER = "/var/run/docker.sock";

/** Listens at a path and passes on to Docker, each piece so much later. Gives back what ends it. */
export async function slowDocker(path: string, delayMs: number): Promise<() => Promise<void>> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const docker = connect(DOCKER);
    for (const socket of [client, docker]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => (open.delete(socket), client.destroy(), docker.destroy()));
    }
    client.on("data", async (piece) => {
      client.pause();
      await sleep(delayMs);
      docker.write(piece);
      client.resume();
    });
    docker.pipe(client);
  });
  await new Promise<void>((done, failed) => server.once("error", failed).listen(path, done));
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((done) => server.close(done));
  };
}
