/** Something the reader can act on: shown without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what happened, and what to do
   * @param {{ log?: string, tail?: string[] }} [details] where the full output is, and its last lines
   */
  constructor(message, { log, tail = [] } = {}) {
    super(message);
    this.name = "Failure";
    this.log = log;
    this.tail = tail;
  }
}

/** Ctrl-C or a request to end. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`Ended by ${signal}`);
    this.name = "Interrupted";
    this.signal = signal;
  }
}
