import { expect } from "chai";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLeaks, findLeaksBelow, judgeLeaks, makeCanary, type AllowedPlace } from "../support/canaries";
import { buildGreeter, CanaryStack, DOCUMENT_SECRETS, USUAL_PLACES } from "../support/canary-stack";
import { SandboxStack } from "../support/sandbox-stack";
import { eventually, get } from "../support/traffic";

/** The places that have to hold a secret of a cluster. Everything else must be clean. */
const ALLOWED: AllowedPlace[] = [
  ...USUAL_PLACES,
  {
    place: /^sandbox\/azure\/resources\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the emulated Azure keeps an extension's protected settings, as Azure does for machines to come",
  },
  {
    place: /^sandbox\/data-plane\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the model that each machine last got, from which it boots again",
  },
];

describe("secrets of a cluster", function () {
  this.timeout(300_000);
  const stack = new CanaryStack(join(__dirname, "programs/canary"), [
    "argument",
    "environment",
    "password",
    "secret",
    "token",
  ]);
  const { values: made } = stack;

  before(async () => {
    await stack.create();
    await stack.publishRelease(await buildGreeter(stack.folder), "0.3.0");
    await stack.run("config set", ["config", "set", "--secret", "token", made.token, "--stack", "dev"]);
    declare();
  });
  after(() => stack.remove());

  function declare(mistake?: string): void {
    stack.declare({ release: JSON.parse(readFileSync(stack.release, "utf8")) as object, mistake });
  }

  const up = ["up", "--yes", "--skip-preview", "--stack", "dev"];

  it("reach the service", async () => {
    await stack.previews("at first");
    await stack.run("up", up);
    const url = await stack.output("url");
    await eventually("an answer with the secret argument", 30, async () => {
      const { body } = await get(`${url}/greeting`);
      return body.startsWith(made.argument);
    });
    const processes = servicesOf(stack);
    expect(processes).to.have.lengthOf(2);
    for (const environment of processes) {
      expect(environment).to.contain(`TOKEN=${made.environment}`);
      expect(environment).to.contain(`CONFIGURED=${made.token}`);
    }
  });

  it("stay in their places through a change, a refresh, a failed update and mistakes", async () => {
    await stack.set("logLevel", "debug");
    await stack.previews("changed");
    await stack.run("up of the change", up);
    await stack.run("refresh", ["refresh", "--yes", "--skip-preview", "--diff", "--stack", "dev"]);

    declare("release");
    const failure = await stack.run("failing up", [...up, "--diff"], true);
    expect(failure).to.contain("VMExtensionProvisioningError");
    await stack.previews("after the failure");

    for (const mistake of ["arguments", "password"]) {
      declare(mistake);
      const text = await stack.run(`${mistake} are wrong`, ["preview", "--diff", "--stack", "dev"], true);
      expect(text).to.match(/service\.arguments\[4\]|adminPassword/);
    }
    declare();

    await stack.searchEverything();
  });

  it("are in no other place than those of the table, and in each of these", () => {
    const { refused, unused } = judgeLeaks(stack.leaks, ALLOWED);
    expect(refused.map(({ place, canary, encoding }) => `${place}: ${canary} (${encoding})`)).to.deep.equal([]);
    expect(unused.map(({ reason }) => reason)).to.deep.equal([]);
  });

  it("are readable there by the owner alone", () => {
    const files = new Set(stack.leaks.map(({ place }) => place).filter((place) => place.startsWith("sandbox/")));
    expect(files).to.have.property("size").above(4);
    for (const file of files) {
      expect(statSync(join(stack.folder, file)).mode & 0o077, `others' rights to ${file}`).to.equal(0);
    }
  });
});

/** Shows that the search above would find something. */
describe("a program that shows a secret", function () {
  this.timeout(60_000);
  const stack = new SandboxStack(join(__dirname, "programs/leaking"));
  after(() => stack.remove());

  it("is found in every disguise, in the state, in the emulated Azure and in what Pulumi prints", async () => {
    const { mark } = makeCanary();
    const secret = join(stack.folder, "secret.txt");
    await stack.create({ settings: secret });
    const sinceMs = Date.now();
    writeFileSync(secret, mark);
    const printed = await stack.pulumi(["up", "--yes", "--skip-preview", "--diff", "--stack", "dev"]);
    const leaks = [...findLeaks("printed", printed, { mark }), ...findLeaksBelow(stack.folder, sinceMs, { mark })];

    const encodingsIn = (place: RegExp): string[] =>
      [...new Set(leaks.filter((leak) => place.test(leak.place)).map(({ encoding }) => encoding))].sort();
    const inText = ["base64", "base64 of utf-16le", "json", "plain", "url"];
    expect(encodingsIn(/^sandbox\/backend\/\.pulumi\/stacks\//)).to.deep.equal(inText);
    expect(encodingsIn(/^sandbox\/backend\/\.pulumi\/history\//)).to.deep.equal(inText);
    expect(encodingsIn(/^sandbox\/azure\/resources\.json$/)).to.deep.equal(inText);
    expect(encodingsIn(/^sandbox\/tool\.log$/)).to.deep.equal(["utf-16le"]);
    expect(encodingsIn(/^printed$/)).to.include.members(["base64", "plain"]);
    expect(judgeLeaks(leaks, ALLOWED).refused).to.include.deep.members([
      { place: "printed", canary: "mark", encoding: "plain" },
    ]);
  });
});

/** Environments of the service's running processes. */
function servicesOf(stack: SandboxStack): string[] {
  return stack
    .processes()
    .filter((line) => /^\d+ \S*greeter\S* --listen/.test(line))
    .map((line) => readFileSync(`/proc/${line.split(" ")[0]}/environ`, "utf8"));
}
