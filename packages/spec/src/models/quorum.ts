export interface Quorum {
  /** Votes that a decision needs: more than half. */
  votes: number;
  /** Servers that may be lost before no decision is possible any more. */
  toleratedLosses: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

/**
 * The majority of `servers` voters. An even number tolerates no more losses than the odd one below it.
 * @throws RangeError for anything but a whole number of at least 1
 */
export function quorum(servers: number): Quorum {
  if (!Number.isInteger(servers) || servers < 1) {
    throw new RangeError(`quorum: servers is ${servers}; a whole number of at least 1 is allowed.`);
  }
  const votes = Math.floor(servers / 2) + 1;
  return {
    votes,
    toleratedLosses: servers - votes,
    formula: `votes ⌊${servers} ÷ 2⌋ + 1 = ${votes}; losses ${servers} − ${votes} = ${servers - votes}`,
  };
}
