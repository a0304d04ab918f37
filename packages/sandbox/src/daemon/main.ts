import { resolve } from "node:path";
import { sandboxLayout } from "../layout";
import { Daemon } from "./daemon";
import { fileLog } from "./daemon-log";
import { DAEMON_EXIT } from "./exit-codes";
import { LockHeldError } from "./lock";
import { sandboxParts } from "./sandbox-parts";

/** How long the end may take before the process just leaves: machines end with it, as they watch their standard input. */
const END_WITHIN_MS = 20_000;

const folder = resolve(process.argv[2] ?? ".");
const log = fileLog(sandboxLayout(folder).daemonLog);
const daemon = new Daemon(folder, sandboxParts, () => void leave("the folder was removed", DAEMON_EXIT.ended));
let isLeaving = false;

async function leave(why: string, code: number): Promise<void> {
  log(why);
  if (isLeaving) return;
  isLeaving = true;
  setTimeout(() => {
    log("the end took too long: leaving");
    process.exit(DAEMON_EXIT.failed);
  }, END_WITHIN_MS).unref();
  await daemon.end();
  process.exit(code);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal, DAEMON_EXIT.ended));
for (const trouble of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(trouble, (error) => void fail(trouble, error));
}

daemon.start().catch((error: unknown) => {
  if (error instanceof LockHeldError) process.exit(DAEMON_EXIT.lockHeld);
  void fail("could not start", error);
});

/** The reason comes last, as a log's last lines are what a client shows. */
function fail(what: string, error: unknown): Promise<void> {
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  log(stack ?? message);
  return leave(`${what}: ${message}`, DAEMON_EXIT.failed);
}
