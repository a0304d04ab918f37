/** Logs a repeated message once in a while, so that a client that keeps trying doesn't fill the log. */
export class SparingLog {
  readonly #last = new Map<string, number>();

  constructor(
    private readonly log: (message: string) => void,
    private readonly everyMs = 10_000,
  ) {}

  write(message: string): void {
    const now = performance.now();
    const last = this.#last.get(message);
    if (last !== undefined && now - last < this.everyMs) return;
    if (this.#last.size > 1_000) this.#last.clear();
    this.#last.set(message, now);
    this.log(message);
  }
}
