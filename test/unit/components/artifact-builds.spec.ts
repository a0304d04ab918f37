import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "@windows-ha/spec";
import { Template } from "@windows-ha/testing";
import { expect } from "chai";
import { ArtifactStore, WindowsHaCluster } from "windows-ha";
import { goProgram, writeSource } from "../../support/go-program";
import { attempt, clusterArgs, PLACE, recordUpdate } from "./support";

const READER = {
  principalId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
};

describe("a Go program that a deployment uploads", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-artifact-"));
  const release = join(folder, "release.exe");
  const debug = join(folder, "debug.exe");

  before(() => {
    writeSource(folder);
    writeFileSync(release, goProgram(folder, ["-ldflags", "-s -w"]));
    writeFileSync(debug, goProgram(folder));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is warned of when it isn't a release, and uploaded", async () => {
    const artifacts = [
      { name: "orders", version: "1.4.2", path: debug },
      { name: "reports", version: "1.4.2", path: release },
    ];
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    const log = pulumi.log as { warn: typeof warn };
    log.warn = (text) => Promise.resolve(void warnings.push(text));
    try {
      const recording = await recordUpdate(() => new ArtifactStore("store", { ...PLACE, artifacts, reader: READER }));
      Template.of(recording).resourceCountIs("azure-native:storage:Blob", 2);
    } finally {
      log.warn = warn;
    }
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]).to.match(/debug\.exe: it isn't stripped: /);
  });

  it("is refused, and so is the agent, on a Windows that its Go doesn't run on", async () => {
    const { image } = DEFAULTS.machines;
    const machines = { image: { ...image, sku: "2012-r2-datacenter-gensecond" }, patching: "Manual" } as const;
    const service = { ...clusterArgs().service, artifact: { path: release } };
    const { failure } = await attempt(
      () => new WindowsHaCluster("orders", clusterArgs({ service, agent: undefined, machines })),
    );
    expect(failure.message)
      .to.include("2 problems")
      .and.include("service.artifact.path is a program of go1.")
      .and.include("agent is a program of go1.")
      .and.include("Windows Server 2012 R2")
      .and.include("[go-windows-version]");
  });
});
