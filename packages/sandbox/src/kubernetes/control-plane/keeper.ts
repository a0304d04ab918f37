/**
 * Keeps the programs of one control plane: starts those that it is told to, says when one ends, and ends with all of them
 * when who started it is gone. It leads a process group, so that nothing of it is left when the group is killed.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { KeeperEvent, KeeperOrder } from "./keeper-protocol";

function start({ name, file, args, folder, log }: KeeperOrder): void {
  const output = openSync(log, "a", 0o600);
  const program = spawn(file, args, { cwd: folder, stdio: ["ignore", output, output] });
  closeSync(output);
  program.once("spawn", () => tell({ name, processId: program.pid! }));
  program.once("error", (error) => tell({ name, ended: error.message }));
  program.once("exit", (code, signal) => tell({ name, ended: signal ? `killed by ${signal}` : `exit code ${code}` }));
}

function tell(event: KeeperEvent): void {
  // Nobody listens any more: the end comes by "disconnect".
  process.send?.(event, undefined, undefined, () => undefined);
}

process.on("message", (order) => start(order as KeeperOrder));
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
