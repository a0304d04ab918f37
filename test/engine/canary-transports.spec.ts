import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judgeLeaks, type AllowedPlace } from "../support/canaries";
import { buildGreeter, CanaryStack, DOCUMENT_SECRETS, USUAL_PLACES } from "../support/canary-stack";
import type { Release } from "../support/sandbox-stack";
import { eventually, get } from "../support/traffic";
import { WindowsHost } from "../support/windows-host";

/** The places that have to hold a secret when single machines and hosts get it. Everything else must be clean. */
const ALLOWED: AllowedPlace[] = [
  ...USUAL_PLACES,
  {
    place: /^sandbox\/(azure\/resources|data-plane)\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the emulated Azure keeps a run command's protected parameters",
  },
  {
    // The host's shell translates it for the builds that run here.
    place: /^hosts\/edge-1\/home\/windows-ha-greeter\.json(\.here)?$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the document that was copied to a host",
  },
  {
    place: /^hosts\/edge-1\/root\/services\/greeter\/releases\/[^/]+\/spec\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "a release's own document on a host",
  },
  {
    place: /^hosts\/edge-1\/root\/scm\/services\/greeter\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the service as a host's service manager starts it",
  },
];

describe("secrets of single machines, of a VM Application and of hosts", function () {
  this.timeout(300_000);
  const stack = new CanaryStack(join(__dirname, "programs/canary"), [
    "argument",
    "environment",
    "password",
    "secret",
    "token",
  ]);
  const host = new WindowsHost("edge-1", `127.92.${1 + (process.pid % 250)}.4`, join(stack.folder, "hosts"));
  const up = ["up", "--yes", "--skip-preview", "--diff", "--stack", "dev"];
  let release: Release;
  let hosts: object[];

  before(async () => {
    await stack.create();
    const program = await buildGreeter(stack.folder);
    await stack.publishRelease(program, "0.3.0");
    release = JSON.parse(readFileSync(stack.release, "utf8")) as Release;
    const port = await host.start([program]);
    const { user, userKey, hostKey } = host.server;
    hosts = [
      {
        name: host.name,
        address: "127.0.0.1",
        port,
        user,
        privateKey: userKey.private,
        hostKey: hostKey.public.trim(),
      },
    ];
    await stack.run("config set", ["config", "set", "--secret", "token", stack.values.token, "--stack", "dev"]);
  });
  after(async () => {
    await stack.remove();
    await host.stop();
  });

  const greeting = async (address: string): Promise<string> => (await get(`http://${address}:9090/greeting`)).body;

  it("reach the service by a managed Run Command, and by SSH", async () => {
    stack.declare({ release, way: "runCommand", hosts });
    await stack.previews("at first");
    await stack.run("up", up);
    const addresses = [host.address, ...(await stack.machines()).map(({ address }) => address)];
    expect(addresses).to.have.lengthOf(3);
    for (const address of addresses) {
      await eventually(`the secret argument's answer at ${address}`, 30, async () =>
        (await greeting(address)).startsWith(stack.values.argument),
      );
    }
  });

  it("stay in their places when the service fails on a machine and when it changes", async () => {
    stack.declare({ release, way: "runCommand", hosts, mistake: "release" });
    await stack.previews("changed");
    await stack.run("failing up", up, true);
    await stack.set("logLevel", "debug");
    stack.declare({ release, way: "runCommand", hosts });
    await stack.run("up of the change", up);
    await stack.run("refresh", ["refresh", "--yes", "--skip-preview", "--diff", "--stack", "dev"]);
  });

  it("don't get into a package: a secret argument or variable ends the deployment", async () => {
    stack.declare({ release, way: "vmApplication", mistake: "packaged" });
    const refused = await stack.run("refused up", up, true);
    expect(refused).to.include("[vm-application-secret]").and.include("service.environment");
    await stack.searchEverything();
  });

  it("reach the service of a package by the vault alone", async () => {
    stack.declare({ release, way: "vmApplication" });
    await stack.previews("packaged");
    await stack.run("up of the package", up);
    for (const { address } of await stack.machines()) expect(await greeting(address)).to.match(/^hello/);
    await stack.searchEverything();
    stack.search("commands on the host", host.commands.join("\n"));
  });

  it("are in no other place than those of the table, and in each of these", () => {
    const { refused, unused } = judgeLeaks(stack.leaks, ALLOWED);
    expect([
      ...new Set(refused.map(({ place, canary, encoding }) => `${place}: ${canary} (${encoding})`)),
    ]).to.deep.equal([]);
    expect(unused.map(({ reason }) => reason)).to.deep.equal([]);
  });
});
