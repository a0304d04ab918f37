/** Lets work on one thing happen one after the other; work on different things doesn't wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(thing) ?? Promise.resolve()).then(work);
    const over = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(thing) === over) this.#last.delete(thing);
      });
    this.#last.set(thing, over);
    return turn;
  }

  /** Resolves when all work so far is over. */
  async allOver(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
