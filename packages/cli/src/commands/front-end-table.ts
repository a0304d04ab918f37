import type { FrontEndStatus } from "@windows-ha/sandbox";
import { table } from "../table";
import type { Terminal } from "../terminal";

/** Where load balancers listen, and which machines are behind each. */
export function frontEndTable(terminal: Terminal, frontEnds: FrontEndStatus[]): string {
  const { bold, green, red, yellow } = terminal.colors.out;
  const paint = { up: green, down: red, unknown: yellow };
  const rows = frontEnds.map((frontEnd) => [
    frontEnd.loadBalancer,
    frontEnd.rule,
    `${frontEnd.address}:${frontEnd.port}`,
    frontEnd.error === undefined
      ? frontEnd.backEnds.map(({ machine, state }) => `${machine} ${paint[state](state)}`).join(", ") || "no machine"
      : red(frontEnd.error),
  ]);
  return table(["LOAD BALANCER", "RULE", "ADDRESS", "BEHIND IT"].map(bold), rows);
}
