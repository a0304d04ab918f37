export type EndpointState = "up" | "down" | "unknown";

/**
 * Whether a back-end endpoint gets new flows, from its probes' results.
 *
 * The first success after the machine's boot brings it up; after that `threshold` failures in a row take it out and
 * as many successes in a row bring it back (Azure documentation, health probe overview).
 */
export class EndpointCount {
  #state: EndpointState = "unknown";
  #everUp = false;
  #contradictions = 0;

  constructor(private readonly threshold: number) {}

  get state(): EndpointState {
    return this.#state;
  }

  /** @param atOnce a failure that doesn't wait for the threshold */
  note(success: boolean, atOnce = false): EndpointState {
    const suggested = success ? "up" : "down";
    this.#contradictions = this.#state === suggested ? 0 : this.#contradictions + 1;
    const firstSuccess = success && !this.#everUp;
    if (firstSuccess || this.#contradictions >= this.threshold || (atOnce && !success)) {
      this.#state = suggested;
      this.#contradictions = 0;
      this.#everUp ||= success;
    }
    return this.#state;
  }
}
