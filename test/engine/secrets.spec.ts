import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { findLeaks, findLeaksBelow, judgeLeaks, makeCanary, type AllowedPlace, type Leak } from "../support/canaries";
import { SandboxStack, type Step } from "../support/sandbox-stack";
import { selfSigned } from "../support/self-signed";
import { eventually } from "../support/traffic";

const ALLOWED: AllowedPlace[] = [
  {
    place: /^input\/settings\.json$/,
    canaries: ["former", "password"],
    reason: "the test's own file, from which the program takes them",
  },
  {
    place: /^sandbox\/machines\/[^/]+\/root\/services\/orders\/secrets\/versions\/[^/]+\/secret-DATABASE_PASSWORD$/,
    canaries: ["former", "password"],
    reason: "the file that the service reads, and the one before it",
  },
];

describe("a service's secret and certificate", function () {
  this.timeout(240_000);
  const stack = new SandboxStack(join(__dirname, "programs/secrets"));
  const settings = join(stack.folder, "input", "settings.json");
  const made = { former: makeCanary(), password: makeCanary() };
  const marks = { former: made.former.mark, password: made.password.mark };
  const pairs = [selfSigned("orders-one.example"), selfSigned("orders-two.example")] as const;
  const leaks: Leak[] = [];
  const sinceMs = Date.now();
  let url: string;

  before(async () => {
    mkdirSync(join(settings, ".."));
    await stack.create({ settings });
    declare(made.former.value, 0);
  });
  after(() => stack.remove());

  function declare(password: string, pair: 0 | 1): void {
    const release = JSON.parse(readFileSync(stack.release, "utf8")) as object;
    const { cert, key } = pairs[pair];
    writeFileSync(settings, JSON.stringify({ release, password, certificate: cert + key }), { mode: 0o600 });
  }

  async function run(...args: string[]): Promise<string> {
    const text = await stack.pulumi([...args, "--stack", "dev"]);
    leaks.push(...findLeaks(args.join(" "), text, marks));
    return text;
  }

  /** Asks through the balancer, and takes an answer by the one certificate only. */
  const answer = (pair: 0 | 1): Promise<string> =>
    new Promise((resolve, reject) => {
      const { cert } = pairs[pair];
      const servername = pair === 0 ? "orders-one.example" : "orders-two.example";
      // The certificate names its subject alone, as old ones do; its own issuer is what makes it the right one.
      const call = request(
        `${url}/orders`,
        { agent: false, ca: cert, servername, checkServerIdentity: () => undefined, timeout: 5_000 },
        (response) => {
          response.resume().on("end", () => {
            resolve(`${response.statusCode} ${(response.socket as TLSSocket).authorized}`);
          });
        },
      );
      call.on("timeout", () => call.destroy(new Error("no answer within 5 s")));
      call.on("error", reject);
      call.end();
    });

  /** The secret as each machine's service reads it. */
  const passwords = (): string[] => {
    const machines = join(stack.sandbox, "machines");
    return readdirSync(machines).map((machine) =>
      readFileSync(join(machines, machine, "root/services/orders/secrets/current/secret-DATABASE_PASSWORD"), "utf8"),
    );
  };
  const services = (): string[] =>
    stack
      .processes()
      .filter((line) => /\/releases\/.*orders/.test(line))
      .sort();

  it("are there at the first up: the service answers by https through the balancer", async () => {
    await run("up", "--yes", "--skip-preview", "--diff");
    url = await stack.output("url");
    expect(url).to.match(/^https:\/\/127\./);
    await eventually("an answer by the given certificate", 30, async () => (await answer(0)) === "200 true");
    expect(passwords()).to.deep.equal([made.former.value, made.former.value]);
    await run("preview", "--expect-no-changes");
  });

  it("are renewed on the machines without an update of them or a restart", async () => {
    const before = services();
    expect(before).to.have.lengthOf(2);
    declare(made.password.value, 1);
    const { steps } = JSON.parse(await run("preview", "--json")) as { steps: Step[] };
    const changed = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    expect(changed.sort()).to.deep.equal([
      "update orders-secrets-database-password",
      "update orders-secrets-tls-certificate",
    ]);
    await run("up", "--yes", "--skip-preview");
    await eventually("an answer by the renewed certificate", 40, async () => (await answer(1)) === "200 true");
    await eventually("the new secret on every machine", 40, async () =>
      passwords().every((value) => value === made.password.value),
    );
    expect(services()).to.deep.equal(before);
  });

  it("are in no other place than on the machines, readable by the owner alone", async () => {
    await run("stack", "export");
    for (const about of [["status", "--json"], ["machines", "--json"], ["logs"]]) {
      leaks.push(...findLeaks(about.join(" "), await stack.cli(["sandbox", ...about]), marks));
    }
    leaks.push(...findLeaksBelow(stack.folder, sinceMs, marks));
    const { refused, unused } = judgeLeaks(leaks, ALLOWED);
    expect(refused.map(({ place, canary, encoding }) => `${place}: ${canary} (${encoding})`)).to.deep.equal([]);
    expect(unused.map(({ reason }) => reason)).to.deep.equal([]);
    for (const { place } of leaks.filter((leak) => leak.place.startsWith("sandbox/"))) {
      expect(statSync(realpathSync(join(stack.folder, place))).mode & 0o077, place).to.equal(0);
    }
  });

  it("go with the cluster", async () => {
    await run("destroy", "--yes", "--skip-preview");
    const kept = readFileSync(join(stack.sandbox, "azure/secrets.json"), "utf8");
    expect(JSON.parse(kept)).to.deep.equal({});
  });
});
