import { setTimeout as sleep } from "node:timers/promises";
import type { Terminal } from "./terminal";

/** Takes what a long step does, line by line. */
export type Note = (line: string) => void;

export interface Step {
  /** What is done, for who watches: `Start the sandbox`. */
  title: string;
  /** The word before each plain line: `sandbox`. */
  area: string;
}

/** What is over before anybody could read it isn't shown. */
const SHOWN_AFTER_MS = 200;

/**
 * Runs something that may take a while. A person at a terminal sees what is done, since when and its last line; a log
 * gets each line as it comes.
 */
export async function watched<T>(
  terminal: Terminal,
  { title, area }: Step,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const { live, colors } = terminal;
  if (live === undefined) return work((line) => terminal.err(`${colors.err.dim(`${area}: ${line}`)}\n`));
  let last: string | undefined;
  let show: Note | undefined;
  let isSaid: () => void;
  const said = new Promise<void>((resolve) => (isSaid = resolve));
  const running = work((line) => {
    last = line;
    isSaid();
    show?.(line);
  });
  const ended = running.then(
    () => true,
    () => true,
  );
  if (await Promise.race([ended, said, sleep(SHOWN_AFTER_MS)])) return running;
  await spinner(live, title, async (note) => {
    show = note;
    if (last !== undefined) note(last);
    await running;
  });
  return running;
}

async function spinner(live: NodeJS.WriteStream, title: string, work: (note: Note) => Promise<void>): Promise<void> {
  const { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } = await import("listr2");
  const list = new Listr([{ title, task: (_, task) => work((line) => void (task.output = line)) }], {
    // It would wait for the step's end, and then end with 127.
    registerSignalListeners: false,
    rendererOptions: {
      logger: new ListrLogger({ processOutput: new ProcessOutput(live, live) }),
      timer: PRESET_TIMER,
      // Whoever called says it, with what to do.
      showErrorMessage: false,
    },
  });
  const release = showCursorWhenInterrupted(live);
  try {
    await list.run();
  } finally {
    release();
  }
}

const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const SHOW_CURSOR = "\u001B[?25h\n";

/** The spinner hides the cursor: a signal that ends this process has to bring it back. */
function showCursorWhenInterrupted(live: NodeJS.WriteStream): () => void {
  // Until the list has ended, what anybody writes is kept back.
  const writeNow = live.write.bind(live);
  const handlers = INTERRUPTIONS.map((signal) => {
    const handle = (): void => {
      writeNow(SHOW_CURSOR);
      process.off(signal, handle);
      process.kill(process.pid, signal);
    };
    process.on(signal, handle);
    return { signal, handle };
  });
  return () => handlers.forEach(({ signal, handle }) => process.off(signal, handle));
}
