import { performance } from "node:perf_hooks";
import { get, type Answer } from "./traffic";

export interface LoadOptions {
  /** Requests that begin in a second, whether earlier ones were answered or not. */
  perSecond: number;
  /** Seconds after which a client gives up. */
  timeoutSeconds: number;
}

/** What clients saw. */
export interface LoadReport {
  seconds: number;
  requests: number;
  /** Good answers by `machine version`. */
  answers: Record<string, number>;
  /** Failed requests by kind: an error's code, `timeout`, or the status with the machine that answered. */
  failures: Record<string, number>;
  /** Seconds after the load's start at which the first failed requests began, with their kind. */
  firstFailures: string[];
  /** The most seconds that a request began later than it should have: of a load that lags, nothing is believed. */
  worstLagSeconds: number;
}

const TICK_MS = 5;
const FIRST = 10;

/** A load of requests, each on a connection of its own, from now until `end` is called. */
export class OpenLoad {
  readonly #began = performance.now();
  readonly #pending = new Set<Promise<void>>();
  readonly #report: LoadReport = {
    seconds: 0,
    requests: 0,
    answers: {},
    failures: {},
    firstFailures: [],
    worstLagSeconds: 0,
  };
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly url: string,
    private readonly options: LoadOptions,
  ) {
    this.#timer = setInterval(() => this.#beginDue(), TICK_MS);
  }

  /** Good answers so far, by `machine version`. */
  get answers(): Readonly<Record<string, number>> {
    return this.#report.answers;
  }

  /** Begins no more requests and waits for the answers to the last ones. */
  async end(): Promise<LoadReport> {
    clearInterval(this.#timer);
    this.#report.seconds = this.#elapsed();
    await Promise.all(this.#pending);
    return this.#report;
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #beginDue(): void {
    const { perSecond } = this.options;
    const elapsed = this.#elapsed();
    for (; this.#report.requests < elapsed * perSecond; this.#report.requests++) {
      this.#report.worstLagSeconds = Math.max(
        this.#report.worstLagSeconds,
        elapsed - this.#report.requests / perSecond,
      );
      const request = this.#ask(elapsed);
      this.#pending.add(request);
      void request.then(() => this.#pending.delete(request));
    }
  }

  async #ask(at: number): Promise<void> {
    const { answers, failures, firstFailures } = this.#report;
    const outcome = await get(this.url, this.options.timeoutSeconds).then(judge, (error: NodeJS.ErrnoException) => ({
      failure: error.code ?? (error.message.includes("did not answer") ? "timeout" : error.message),
    }));
    if ("by" in outcome) {
      answers[outcome.by] = (answers[outcome.by] ?? 0) + 1;
      return;
    }
    failures[outcome.failure] = (failures[outcome.failure] ?? 0) + 1;
    if (firstFailures.length < FIRST) firstFailures.push(`${at.toFixed(1)} s ${outcome.failure}`);
  }
}

function judge({ status, body }: Answer): { by: string } | { failure: string } {
  try {
    const { machine, version } = JSON.parse(body) as { machine: string; version: string };
    return status === 200 ? { by: `${machine} ${version}` } : { failure: `${status} from ${machine} ${version}` };
  } catch {
    return { failure: `${status} with a body that isn't the service's` };
  }
}

/** Failed requests of all kinds. */
export function failedRequests({ failures }: Pick<LoadReport, "failures">): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}
