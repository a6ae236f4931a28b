// Processes, as the kernel tells of them.
import { readFileSync } from "node:fs";

/** Whether a process is there and not just waiting to be reaped. */
export function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
