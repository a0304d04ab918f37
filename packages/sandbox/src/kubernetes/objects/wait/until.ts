import { setTimeout as sleep } from "node:timers/promises";

/** How far an object is. */
export interface Progress {
  isReady: boolean;
  /** It will never be: waiting longer makes no sense. */
  isHopeless?: boolean;
  /** What is missing, in one line. */
  waitingFor: string;
}

export interface WaitOptions {
  seconds: number;
  /** Fires when the user interrupts. */
  signal: AbortSignal;
  report: (text: string) => void;
}

/** It isn't ready, and won't be, or not in time. */
export class NotReady extends Error {
  constructor(
    readonly why: "interrupted" | "hopeless" | "late",
    readonly progress: Progress,
    message: string,
  ) {
    super(message);
    this.name = "NotReady";
  }
}

const LOOK_EVERY_MS = 300;

/** Looks again and again. @throws NotReady */
export async function until(look: () => Promise<Progress>, { seconds, signal, report }: WaitOptions): Promise<void> {
  const end = Date.now() + seconds * 1000;
  let shown = "";
  for (;;) {
    const progress = await look();
    if (progress.isReady) {
      // What was waited for is no news any more.
      if (shown !== "") report("");
      return;
    }
    if (progress.isHopeless) throw new NotReady("hopeless", progress, progress.waitingFor);
    if (Date.now() > end) throw new NotReady("late", progress, `not ready within ${seconds} s: ${progress.waitingFor}`);
    if (progress.waitingFor !== shown) report((shown = progress.waitingFor));
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
      throw new NotReady("interrupted", progress, `interrupted while waiting: ${progress.waitingFor}`);
    });
  }
}
