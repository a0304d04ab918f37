import { createHash } from "node:crypto";

/** The two ends of a flow, as they are on loopback. */
export interface FlowTuple {
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
}

/** `loadDistribution`: which parts of a flow decide where it goes. */
export type Distribution = (flow: FlowTuple) => string;

const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  Default: (flow) => `${flow.source}:${flow.sourcePort}>${flow.destination}:${flow.destinationPort}/tcp`,
  SourceIP: (flow) => `${flow.source}>${flow.destination}`,
  SourceIPProtocol: (flow) => `${flow.source}>${flow.destination}/tcp`,
};

export function distributionOf(name: string | undefined): Distribution {
  return DISTRIBUTIONS[name ?? "Default"] ?? DISTRIBUTIONS["Default"]!;
}

/**
 * The back end of a flow: the one whose hash with the flow is highest (rendezvous hashing), so that a back end that
 * leaves moves only its own flows, as source affinity needs.
 */
export function choose<T>(flowKey: string, backEnds: readonly T[], nameOf: (backEnd: T) => string): T | undefined {
  let best: T | undefined;
  let highest = "";
  for (const backEnd of backEnds) {
    const weight = createHash("sha1")
      .update(`${flowKey}|${nameOf(backEnd)}`)
      .digest("hex");
    if (best !== undefined && weight <= highest) continue;
    best = backEnd;
    highest = weight;
  }
  return best;
}
