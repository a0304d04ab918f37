import { expect } from "chai";
import { rmSync } from "node:fs";
import { TestCluster } from "./cluster";
import { hostPlatform } from "../../../../packages/sandbox/src/machines";
import { preflightProblems } from "../../../../packages/sandbox/src/machines/preflight";

describe("sandbox preflight", () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
  });
  afterEach(() => cluster.end());

  const problems = (shape: Parameters<TestCluster["scaleSet"]>[0] = {}) =>
    cluster.plane.preflight(cluster.scaleSet(shape));
  const withCommand = (commandToExecute: string, where: "settings" | "protectedSettings") => ({
    ...cluster.installExtension(),
    settings: { fileUris: [cluster.url(cluster.agentSha256)], ...(where === "settings" ? { commandToExecute } : {}) },
    protectedSettings: where === "settings" ? {} : { commandToExecute },
  });

  it("finds nothing wrong with a scale set that works", () => {
    expect(problems()).to.deep.equal([]);
  });

  it("names every hash that isn't published, and the command that publishes", () => {
    const unknown = "ab".repeat(32);
    const programSha256 = cluster.programSha256;
    const extension = cluster.installExtension({ agentSha256: unknown });
    delete cluster.settings.artifacts[programSha256];
    const found = problems({ extensions: [extension] });
    expect(found).to.have.length(2);
    expect(found[0]).to.equal(
      `scale set orders: extension service-install: the agent agent.exe with SHA-256 ${unknown} isn't published in this ` +
        "sandbox; run `windows-ha sandbox publish <file.exe>`",
    );
    expect(found[1]).to.contain(`the program orders.exe with SHA-256 ${programSha256} isn't published`);
  });

  it("names a host build that somebody removed", () => {
    const file = cluster.hostFile(cluster.programSha256);
    rmSync(file);
    expect(problems()).to.deep.equal([
      `scale set orders: extension service-install: the host build of the program orders.exe is missing (${file}); ` +
        "run `windows-ha sandbox publish <orders.exe>` again",
    ]);
  });

  it("refuses any other command, and shows it only when it isn't protected", () => {
    const [shown] = problems({ extensions: [withCommand("cmd /c echo hello", "settings")] });
    expect(shown).to.contain("commandToExecute isn't the install command").and.to.contain("cmd /c echo hello");
    const [hidden] = problems({ extensions: [withCommand("cmd /c echo hello", "protectedSettings")] });
    expect(hidden).to.contain("commandToExecute isn't the install command").and.not.to.contain("hello");
  });

  it("refuses a command whose agent isn't among the files", () => {
    const extension = { ...cluster.installExtension(), settings: { fileUris: [] } };
    expect(problems({ extensions: [extension] })[0]).to.contain("no fileUris entry ends with /agent.exe");
  });

  it("refuses an extension that it doesn't know by its name", () => {
    const extension = { name: "monitor", publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" };
    expect(problems({ extensions: [extension] })[0]).to.match(
      /extension monitor: .* Microsoft\.Azure\.Monitor\/AzureMonitorWindowsAgent; it knows /,
    );
  });

  it("refuses a health extension's protocol that it can't ask by", () => {
    const extension = {
      name: "health",
      publisher: "Microsoft.ManagedServices",
      type: "ApplicationHealthWindows",
      settings: { protocol: "udp" },
    };
    expect(problems({ extensions: [extension] })[0]).to.contain('protocol "udp"');
  });

  it("refuses a computer name that could lead out of the machines' folder", () => {
    const scaleSet = cluster.scaleSet();
    const profile = scaleSet.inputs["virtualMachineProfile"] as { osProfile: { computerNamePrefix: string } };
    profile.osProfile.computerNamePrefix = "../../x";
    expect(cluster.plane.preflight(scaleSet)[0]).to.contain('computerNamePrefix: seen "../../x"');
  });

  it("refuses balancing rules that it can't forward, by name", () => {
    cluster.putBalancer({ rule: { protocol: "Udp" } });
    expect(problems()).to.deep.equal([
      "scale set orders: load balancer lb, rule http: protocol Udp on port 8000: the sandbox forwards Tcp only",
    ]);
    cluster.putBalancer({ rule: { protocol: "All", frontendPort: 0, backendPort: 0 } });
    expect(problems()[0]).to.contain("HA ports (protocol All)");
  });

  it("says what is missing on another system", () => {
    for (const [platform, arch] of [
      ["darwin", "arm64"],
      ["win32", "x64"],
      ["linux", "riscv64"],
    ] as const) {
      expect(hostPlatform(platform, arch)).to.equal(undefined);
    }
    const [problem] = preflightProblems(
      cluster.scaleSet(),
      { layout: cluster.layout, settings: cluster.settings, store: cluster.store },
      null,
    );
    expect(problem).to.contain("machines run on Linux and WSL 2");
  });
});
