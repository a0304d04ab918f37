import { expect } from "chai";
import fc from "fast-check";
import {
  checkMachines,
  checkPassword,
  computerNamePrefix,
  DEFAULTS,
  defaultMinimumActive,
  MACHINES_FIELD,
  repairGraceMinutes,
  rollingUpgrade,
  withDefaults,
  type MachinesSpec,
} from "@windows-ha/spec";

const machines = (changes: Partial<MachinesSpec>): MachinesSpec => ({
  ...withDefaults<MachinesSpec>(MACHINES_FIELD, {}),
  minimumActive: 2,
  ...changes,
});
const rulesOf = (changes: Partial<MachinesSpec>): string[] =>
  checkMachines(machines(changes), "").map((item) => `${item.rule} ${item.path}`);
const isLegal = (count: number, minimumActive: number): boolean => rulesOf({ count, minimumActive }).length === 0;

/** Machines in one batch as Azure counts them: a part of a machine doesn't count, but one always goes. */
const batchOf = (count: number, percent: number): number => Math.max(1, Math.floor((count * percent) / 100));

describe("rollingUpgrade", () => {
  const EXAMPLES = [
    { count: 2, minimumActive: 1, batch: 50, unhealthy: 50 },
    { count: 3, minimumActive: 2, batch: 33, unhealthy: 34 },
    { count: 4, minimumActive: 2, batch: 25, unhealthy: 25 },
    { count: 10, minimumActive: 2, batch: 10, unhealthy: 30 },
    { count: 100, minimumActive: 2, batch: 5, unhealthy: 25 },
  ];
  for (const { count, minimumActive, batch, unhealthy } of EXAMPLES) {
    it(`takes ${batch} % at a time of ${count} machines and stops beyond ${unhealthy} % unhealthy`, () => {
      expect(rollingUpgrade({ count, minimumActive })).to.deep.equal({
        batchPercent: batch,
        unhealthyPercent: unhealthy,
        unhealthyUpgradedPercent: unhealthy,
        pauseSeconds: 60,
        maxSurge: false,
      });
    });
  }

  /** Every count from 2 to 1000 with every legal minimum would be half a million pairs; the edges of each count say it. */
  const edges = (count: number): number[] => {
    const most = Array.from({ length: count - 1 }, (_, index) => count - 1 - index).find((minimum) =>
      isLegal(count, minimum),
    )!;
    return [
      ...new Set([1, defaultMinimumActive(count), Math.ceil(count / 2), Math.floor(count * 0.9), most - 1, most]),
    ].filter((minimum) => minimum >= 1 && isLegal(count, minimum));
  };
  const everyPair = (check: (count: number, minimumActive: number) => void): void => {
    for (let count = 2; count <= 1000; count++) for (const minimumActive of edges(count)) check(count, minimumActive);
  };

  it("stays in Azure's ranges for all counts from 2 to 1000", () => {
    everyPair((count, minimumActive) => {
      const limits = rollingUpgrade({ count, minimumActive });
      for (const percent of [limits.batchPercent, limits.unhealthyPercent, limits.unhealthyUpgradedPercent]) {
        if (!Number.isInteger(percent) || percent < 5 || percent > 100)
          expect.fail(`${count}/${minimumActive}: ${JSON.stringify(limits)}`);
      }
      if (limits.unhealthyPercent < limits.batchPercent)
        expect.fail(`${count}/${minimumActive}: stops at its own batch`);
    });
  });

  it("never leaves fewer than minimumActive serving while a batch is out", () => {
    everyPair((count, minimumActive) => {
      const { batchPercent } = rollingUpgrade({ count, minimumActive });
      if (count - batchOf(count, batchPercent) < minimumActive)
        expect.fail(`${count}/${minimumActive}: a batch of ${batchPercent} %`);
    });
  });

  it("goes on while only the batch itself is unhealthy", () => {
    everyPair((count, minimumActive) => {
      const { batchPercent, unhealthyPercent } = rollingUpgrade({ count, minimumActive });
      if ((100 * batchOf(count, batchPercent)) / count > unhealthyPercent)
        expect.fail(`${count}/${minimumActive}: ${unhealthyPercent} %`);
    });
  });

  it("stops before fewer than minimumActive are healthy", () => {
    everyPair((count, minimumActive) => {
      const { unhealthyPercent } = rollingUpgrade({ count, minimumActive });
      const tolerated = Math.floor((count * unhealthyPercent) / 100);
      if (count - tolerated < minimumActive)
        expect.fail(`${count}/${minimumActive}: ${unhealthyPercent} % is ${tolerated} machines`);
    });
  });

  it("takes one machine at a time up to twenty machines", () => {
    for (let count = 2; count <= 20; count++) {
      expect(batchOf(count, rollingUpgrade({ count, minimumActive: 1 }).batchPercent)).to.equal(1);
    }
  });
});

describe("checkMachines", () => {
  const CASES: { changes: Partial<MachinesSpec>; expected: string[] }[] = [
    { changes: { count: 3, minimumActive: 2 }, expected: [] },
    { changes: { count: 3, minimumActive: 3 }, expected: ["minimum-active minimumActive"] },
    { changes: { count: 2, minimumActive: 2 }, expected: ["minimum-active minimumActive"] },
    { changes: { count: 20, minimumActive: 19 }, expected: [] },
    { changes: { count: 1000, minimumActive: 950 }, expected: [] },
    { changes: { count: 1000, minimumActive: 951 }, expected: ["minimum-active minimumActive"] },
    { changes: { adminUsername: "Administrator" }, expected: ["admin-username adminUsername"] },
    { changes: { adminUsername: "support_388945a0" }, expected: ["admin-username adminUsername"] },
    { changes: { adminUsername: "operator" }, expected: [] },
  ];
  for (const { changes, expected } of CASES) {
    it(`answers ${JSON.stringify(changes)} with ${expected.join(", ") || "nothing"}`, () =>
      expect(rulesOf(changes)).to.deep.equal(expected));
  }

  it("lets at least two serve by default, and all but one of a pair (S3-06)", () => {
    expect([2, 3, 4, 1000].map(defaultMinimumActive)).to.deep.equal([1, 2, 2, 2]);
    for (let count = 2; count <= 1000; count++)
      expect(isLegal(count, defaultMinimumActive(count)), String(count)).to.equal(true);
  });
});

describe("checkPassword", () => {
  for (const password of ["lowercase-only", "UPPERCASE_ONLY", "lower_and_1234", "123456789012"]) {
    it("refuses a password of fewer than three kinds of characters and doesn't repeat it", () => {
      const findings = checkPassword(password, "adminPassword");
      expect(findings.map((item) => item.rule)).to.deep.equal(["password-complexity"]);
      expect(JSON.stringify(findings)).not.to.include(password);
    });
  }
  for (const password of ["Correct-horse", "lower1234-mark", undefined]) {
    it(`takes ${password === undefined ? "no password" : "three kinds of characters"}`, () =>
      expect(checkPassword(password, "p")).to.deep.equal([]));
  }
});

describe("repairGraceMinutes", () => {
  it("is the boot and the longest good install, rounded up, within Azure's 10 to 90 minutes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (installSeconds) => {
        const minutes = repairGraceMinutes(installSeconds);
        expect(minutes).to.be.within(10, 90);
        expect(Number.isInteger(minutes)).to.equal(true);
        if (minutes < 90) expect(minutes * 60).to.be.at.least(DEFAULTS.repairs.bootSeconds + installSeconds);
      }),
    );
  });

  it("covers every install that the scale set takes (4800 s) without hitting Azure's limit", () => {
    expect(repairGraceMinutes(4800) * 60).to.be.at.least(DEFAULTS.repairs.bootSeconds + 4800);
  });
});

describe("computerNamePrefix", () => {
  /** Windows: 15 characters, of which Azure takes 6; letters, digits, hyphens; not only digits. */
  const isLegalPrefix = (prefix: string): boolean =>
    /^[A-Za-z0-9-]{1,9}$/.test(prefix) && !/^\d+$/.test(prefix) && !prefix.startsWith("-");
  const EXAMPLES = {
    orders: "orders",
    "Order.Service_2": "orderserv",
    "2024": "m2024",
    "123456789": "m12345678",
    "---": "m",
    订单: "m",
    "-x": "x",
  };
  for (const [name, prefix] of Object.entries(EXAMPLES)) {
    it(`makes ${prefix} of ${name}`, () => expect(computerNamePrefix(name)).to.equal(prefix));
  }

  it("is always one that Windows takes, and that the argument of the same name takes", () => {
    const { pattern } = MACHINES_FIELD.fields["computerNamePrefix"] as { pattern: RegExp };
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[A-Za-z0-9._-]{1,80}$/)), (name) => {
        const prefix = computerNamePrefix(name);
        expect(isLegalPrefix(prefix), prefix).to.equal(true);
        expect(prefix).to.match(pattern);
      }),
    );
  });
});
