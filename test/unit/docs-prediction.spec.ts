import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  DEFAULT_SNAT_PORTS,
  DEFAULTS,
  predictAksHaCluster,
  predictCluster,
  predictConsulLeader,
  predictLeaderElection,
  quorum,
  RESERVED_ADDRESSES,
  resolveCluster,
  snatPorts,
  subnetSize,
  SWITCHOVER_MARK_SECONDS,
} from "@windows-ha/spec";
import { LEAST, MOST } from "../support/prediction-check";
import { aksSpec } from "./spec/aks/arguments";
import { clusterArguments } from "./spec/arguments";

const PAGE = join(__dirname, "../../docs/concepts/prediction.md");
const { switchover, sla, monthlyCost, rollingUpdate, outbound, subnet } = predictCluster(
  resolveCluster(clusterArguments()).spec!,
);
const aks = predictAksHaCluster(aksSpec());
const LEADER = {
  checkIntervalSeconds: 2,
  checkTimeoutSeconds: 1,
  failures: 2,
  lockDelaySeconds: 2,
  acquireSeconds: 0,
};

type Cell = string | number | undefined;

/** Each table of the page by the comment above it, as the code has it today. */
const TABLES: Record<string, Cell[][]> = {
  predictSwitchover: [
    ["fault", "typical s", "worst s", "formula"],
    ...switchover.map(({ fault, typicalSeconds, worstSeconds, formula }) => [
      `\`${fault}\``,
      typicalSeconds,
      worstSeconds,
      formula,
    ]),
  ],
  "DEFAULTS.prediction": [["assumption", "seconds"], ...Object.entries(DEFAULTS.prediction)],
  leaders: [
    ["function", "typical s", "worst s", "formula of the worst"],
    ...Object.entries({
      predictLeaderElection: predictLeaderElection(LEADER),
      predictConsulLeader: predictConsulLeader({ raftMultiplier: 1 }),
    }).map(([name, { typicalSeconds, worstSeconds, worstFormula }]) => [
      `\`${name}\``,
      typicalSeconds,
      worstSeconds,
      worstFormula,
    ]),
  ],
  predictRollingUpdate: [
    ["batches", "in service", "typical s", "formula"],
    [rollingUpdate.batches, rollingUpdate.leastInService, rollingUpdate.typicalSeconds, rollingUpdate.formula],
  ],
  compositeSla: [
    ["percent", "minutes a month", "formula", "as of"],
    [sla.percent, sla.minutesPerMonth, sla.formula, sla.asOf],
  ],
  quorum: [
    ["servers", "votes", "tolerated losses"],
    ...[1, 3, 4, 5, 7].map((servers) => [servers, quorum(servers).votes, quorum(servers).toleratedLosses]),
  ],
  snatPorts: [
    ["machines up to", "ports each"],
    ...DEFAULT_SNAT_PORTS.map(({ upToMachines: machines }) => [
      machines,
      snatPorts({ frontendIps: 1, machines }).portsPerMachine,
    ]),
  ],
  "snatPorts per address": [
    ["outbound way", "ports"],
    ["load balancer", snatPorts({ frontendIps: 1, machines: 1 }).loadBalancerPorts],
    ["NAT gateway, on demand", snatPorts({ frontendIps: 1, machines: 1 }).natGatewayPorts],
  ],
  subnetSize: [
    ["machines", "subnet"],
    ...[3, 10, 100, 1000].map((machines) => [
      machines,
      `/${subnetSize({ machines, surge: 1, growth: 0, frontEnds: 1 }).prefixLength}`,
    ]),
  ],
  "prediction.outbound and prediction.subnet": [
    ["output", "number", "formula"],
    ["`outbound.ports`", outbound!.ports, outbound!.formula],
    ["`subnet.prefixLength`", subnet.prefixLength, subnet.formula],
  ],
  costEstimate: [
    ["part", "quantity", "USD a month"],
    ...monthlyCost.items.map(({ item, quantity, usdPerMonth }) => [item, quantity, usdPerMonth]),
    ["total", "", monthlyCost.usdPerMonth],
    ["formula", "", monthlyCost.formula],
    ["prices as of", "", monthlyCost.pricesAsOf],
  ],
  predictWorkload: [
    ["fault", "typical s", "worst s", "formula"],
    ...aks.switchover.map(({ fault, typicalSeconds, worstSeconds, formula }) => [
      `\`${fault}\``,
      typicalSeconds,
      worstSeconds,
      formula,
    ]),
  ],
  "predictWorkload.replacement and rollout": [
    ["output", "typical s", "worst s", "formula"],
    ...Object.entries({ replacement: aks.replacement, rollout: aks.rollout }).map(
      ([name, { typicalSeconds, worstSeconds, formula }]) => [`\`${name}\``, typicalSeconds, worstSeconds, formula],
    ),
  ],
  costAksHaCluster: [
    ["part", "quantity", "USD a month"],
    ...aks.monthlyCost.items.map(({ item, quantity, usdPerMonth }) => [item, quantity, usdPerMonth]),
    ["total", "", aks.monthlyCost.usdPerMonth],
    ["formula", "", aks.monthlyCost.formula],
  ],
};

/** What the sentences between the tables say in numbers. */
const SENTENCES = [
  `The mark is ${SWITCHOVER_MARK_SECONDS} s in the worst case`,
  `Azure keeps ${RESERVED_ADDRESSES} addresses of every subnet, and takes no subnet smaller than ` +
    `/${subnetSize({ machines: 0, surge: 0, growth: 0, frontEnds: 0 }).prefixLength}.`,
  `must not exceed ${MOST} × worst, and the median must not stay below ${LEAST} × typical`,
];

/** The tables of a page, each by the comment above it; how wide a column is doesn't matter. */
function tablesOf(page: string): Record<string, string[][]> {
  const found = page.matchAll(/<!-- (.+) -->\n\n((?:\|.*\n)+)/g);
  return Object.fromEntries(
    [...found].map(([, name, table]) => {
      const [head, , ...rows] = table!.trimEnd().split("\n").map(cells);
      return [name!, [head!, ...rows]];
    }),
  );
}

function cells(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("docs/concepts/prediction.md", () => {
  const page = readFileSync(PAGE, "utf8");
  const seen = tablesOf(page);

  it("has every table, and none that nobody checks", () => {
    expect(Object.keys(seen).sort()).to.deep.equal(Object.keys(TABLES).sort());
  });

  for (const [name, rows] of Object.entries(TABLES)) {
    it(`says of ${name} what the code says`, () => {
      expect(seen[name]).to.deep.equal(rows.map((row) => row.map((cell) => String(cell ?? "–"))));
    });
  }

  for (const sentence of SENTENCES) {
    it(`says: ${sentence}`, () => expect(page).to.include(sentence));
  }

  it("is read as it stands: a number that drifted is seen", () => {
    const drifted = "<!-- quorum -->\n\n| servers | votes |\n| ------- | ----- |\n|       3 |     3 |\n";
    expect(tablesOf(drifted)).to.deep.equal({
      quorum: [
        ["servers", "votes"],
        ["3", "3"],
      ],
    });
  });
});
