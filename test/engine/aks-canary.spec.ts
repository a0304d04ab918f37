import { expect } from "chai";
import { join } from "node:path";
import { judgeLeaks, type AllowedPlace } from "../support/canaries";
import { CanaryStack } from "../support/canary-stack";

const ALL = ["argument", "environment", "meant", "secret", "token"] as const;

/** The places that have to hold a secret of a service on AKS. Everything else must be clean. */
const ALLOWED: AllowedPlace[] = [
  {
    place: /^input\/settings\.json$/,
    canaries: [...ALL],
    reason: "the test's own file, from which the program takes them",
  },
  {
    place: /^decrypted export$/,
    canaries: ["meant", "secret", "token"],
    reason: "asked for by --show-secrets; shows that the state holds them, encrypted",
  },
  {
    place: /^sandbox\/kubernetes\/.*etcd/,
    canaries: ["meant"],
    reason: "a ConfigMap holds what secretsInEnvironment names, as its documentation says",
  },
];

describe("secrets of a service on AKS", function () {
  this.timeout(600_000);
  const stack = new CanaryStack(join(__dirname, "programs/aks-canary"), ALL);
  const up = ["up", "--yes", "--skip-preview", "--diff", "--stack", "dev"];
  const declare = (mistake?: string, logLevel?: string): void => stack.declare({ mistake, logLevel });

  before(async () => {
    await stack.create();
    declare();
  });
  after(() => stack.remove());

  it("stay in their places through previews, an update, a refresh and mistakes", async () => {
    await stack.previews("at first");
    await stack.run("up", up);
    declare(undefined, "debug");
    await stack.previews("changed");
    await stack.run("up of the change", up);
    await stack.run("refresh", ["refresh", "--yes", "--skip-preview", "--diff", "--stack", "dev"]);

    declare("texts");
    const texts = await stack.run("secrets in texts", ["preview", "--diff", "--stack", "dev"], true);
    expect(texts).to.include("service.arguments[1]").and.include('service.environment["MARK"]');
    declare("value");
    await stack.run("a value too long", ["preview", "--diff", "--stack", "dev"], true);
    declare(undefined, "debug");
    await stack.searchEverything();
  });

  it("are in no other place than those of the table, and in each of these", () => {
    const { refused, unused } = judgeLeaks(stack.leaks, ALLOWED);
    expect(refused.map(({ place, canary, encoding }) => `${place}: ${canary} (${encoding})`)).to.deep.equal([]);
    expect(unused.map(({ reason }) => reason)).to.deep.equal([]);
  });

  it("are not shown with the cluster's address and the Windows password, which nobody gave", async () => {
    const shown = await stack.pulumi(["stack", "export", "--show-secrets", "--stack", "dev"]);
    const [, authority] = /certificate-authority-data\\*":\s*\\*"([A-Za-z0-9+/=]{100,})/.exec(shown) ?? [];
    const password = (
      JSON.parse(shown) as {
        deployment: { resources: { type: string; outputs?: { result?: { plaintext?: string } } }[] };
      }
    ).deployment.resources.find(({ type }) => type === "random:index/randomPassword:RandomPassword")!.outputs!.result!
      .plaintext;
    const made = [authority!, JSON.parse(password!) as string];
    expect(made[1]).to.have.lengthOf(32);
    const printed = await Promise.all([
      stack.pulumi(["stack", "export", "--stack", "dev"]),
      stack.pulumi(["stack", "output", "--json", "--stack", "dev"]),
      stack.pulumi(["preview", "--json", "--show-sames", "--stack", "dev"]),
    ]);
    for (const text of printed) for (const secret of made) expect(text.includes(secret)).to.equal(false);
  });

  it("would be found: a program that shows one is", async () => {
    declare("shown");
    await stack.run("shown", ["preview", "--diff", "--stack", "dev"]);
    expect(judgeLeaks(stack.leaks, ALLOWED).refused).to.include.deep.members([
      { place: "shown", canary: "secret", encoding: "plain" },
    ]);
  });
});
