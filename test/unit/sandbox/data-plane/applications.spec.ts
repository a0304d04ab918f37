import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agentSpecText, manageActions, PACKAGE_FILE, PACKAGED_AGENT, PACKAGED_SPEC } from "@windows-ha/spec";
import type { StoredResource } from "../../../../packages/sandbox/src/azure/resource-store";
import { packageFile } from "../../../../packages/sandbox/src/storage";
import { zipOf } from "../../../../packages/sandbox/src/storage/archives";
import { failureOf } from "./asking";
import { TestCluster, type ScaleSetShape } from "./cluster";

const GALLERY =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test/providers/Microsoft.Compute/galleries/shop";
const idOf = (version: string, application = "orders") => `${GALLERY}/applications/${application}/versions/${version}`;

interface VersionShape extends ScaleSetShape {
  manageActions?: Partial<ReturnType<typeof manageActions>>;
  settings?: Record<string, string>;
}

describe("VM Applications of sandbox machines", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
  });
  afterEach(() => cluster.end());

  /** Puts a version into the gallery, with the package that Azure keeps of it. */
  async function publish(version: string, shape: VersionShape = {}): Promise<void> {
    const id = idOf(version);
    const text = agentSpecText(cluster.agentSpec({ version, ...shape }));
    const zip = await zipOf({ [PACKAGED_AGENT]: { text: "MZ agent" }, [PACKAGED_SPEC]: { text } });
    mkdirSync(dirname(packageFile(cluster.layout, id)), { recursive: true });
    writeFileSync(packageFile(cluster.layout, id), zip);
    const publishingProfile = {
      source: { mediaLink: "https://gone" },
      manageActions: { ...manageActions("orders"), ...shape.manageActions },
      settings: { packageFileName: PACKAGE_FILE, scriptBehaviorAfterReboot: "Rerun", ...shape.settings },
    };
    const type = "azure-native:compute:GalleryApplicationVersion";
    cluster.store.put({ id, type, name: version, inputs: { publishingProfile }, outputs: {} });
  }

  function scaleSet(versions: string[], failDeployment = true, capacity = 3): StoredResource {
    const declared = cluster.scaleSet({ capacity, extensions: [] });
    const { virtualMachineProfile } = declared.inputs as { virtualMachineProfile: Record<string, unknown> };
    virtualMachineProfile["applicationProfile"] = {
      galleryApplications: versions.map((version) => ({
        packageReferenceId: idOf(version),
        treatFailureAsDeploymentFailure: failDeployment,
      })),
    };
    return declared;
  }

  async function put(...args: Parameters<typeof scaleSet>): Promise<void> {
    const desired = scaleSet(...args);
    cluster.store.put(desired);
    await cluster.plane.putMachines(desired);
  }

  const ran = (machine = cluster.names()[0]!) =>
    readFileSync(join(cluster.root(machine), "logs", "agent.log"), "utf8")
      .trim()
      .split("\n");

  it("are installed on every machine, and not again", async () => {
    await publish("1.0.0");
    await put(["1.0.0"]);
    await put(["1.0.0"]);
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0"]);
    for (const machine of cluster.names()) expect(ran(machine)).to.deep.equal(["install 1.0.0"]);
    const logs = cluster.plane.machineLogs(cluster.names()[0]!);
    const output = logs.find(({ name }) => name === "application 1")!;
    expect(readFileSync(output.file, "utf8")).to.include("installing 1.0.0");
  });

  it("are updated machine by machine, without being removed", async () => {
    await publish("1.0.0");
    await publish("1.1.0");
    await put(["1.0.0"]);
    cluster.log.length = 0;
    await put(["1.1.0"]);
    expect(ran()).to.deep.equal(["install 1.0.0", "install 1.1.0"]);
    const steps = cluster.log
      .filter((line) => /batch|update succeeded/.test(line))
      .map((line) => line.includes("rolling upgrade"));
    expect(steps).to.deep.equal([true, false, true, false, true, false]);
  });

  it("without a command for the update are removed first", async () => {
    await publish("1.0.0");
    await publish("1.1.0", { manageActions: { update: undefined } });
    await put(["1.0.0"]);
    await put(["1.1.0"]);
    expect(ran()).to.deep.equal(["install 1.0.0", "uninstall orders", "install 1.1.0"]);
  });

  it("stop the rollout where they fail, and are never tried again under the same version", async () => {
    await publish("1.0.0");
    await publish("2.0.0", { environment: { FAIL: "20" } });
    await put(["1.0.0"]);
    for (let time = 0; time < 2; time++) {
      const failure = await failureOf(put(["2.0.0"]));
      expect(failure.code).to.equal("VMApplicationProvisioningError");
      expect(failure.message)
        .to.include(cluster.names()[0])
        .and.include("orders 2.0.0")
        .and.include("exit code 20")
        .and.include("the service of 2.0.0 said boom");
      expect(cluster.names().map((name) => ran(name).length)).to.deep.equal([2, 1, 1]);
    }
    expect(cluster.plane.machines().map(({ power }) => power)).to.deep.equal(["failed", "running", "running"]);
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0"]);
  });

  it("are repaired by another version", async () => {
    await publish("1.0.0");
    await publish("2.0.0", { environment: { FAIL: "20" } });
    await publish("2.0.1");
    await put(["1.0.0"]);
    await failureOf(put(["2.0.0"]));
    await put(["2.0.1"]);
    expect(cluster.versions()).to.deep.equal(["2.0.1", "2.0.1", "2.0.1"]);
    expect(cluster.plane.machines().map(({ power }) => power)).to.deep.equal(["running", "running", "running"]);
  });

  it("may fail without failing the deployment, which nobody hears of then", async () => {
    await publish("1.0.0", { environment: { FAIL: "20" } });
    await put(["1.0.0"], false, 1);
    expect(cluster.plane.machines()[0]!.message).to.include("said boom");
  });

  it("are removed when nobody names them any more, though their version is gone", async () => {
    await publish("1.0.0");
    await put(["1.0.0"], true, 1);
    cluster.store.delete(idOf("1.0.0"));
    await put([], true, 1);
    expect(ran()).to.deep.equal(["install 1.0.0", "uninstall orders"]);
    expect(cluster.versions()[0], "version of a machine without service").to.be.oneOf([undefined, ""]);
  });

  it("come to new machines, too", async () => {
    await publish("1.0.0");
    await put(["1.0.0"], true, 1);
    await put(["1.0.0"], true, 2);
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0"]);
  });

  for (const [behavior, outcome] of [
    ["Rerun", "goes on"],
    ["None", "has failed"],
  ] as const) {
    it(`that a power cut interrupts: one with ${behavior} ${outcome} after the start`, async () => {
      await publish("1.0.0", { environment: { INSTALL_MS: "600" }, settings: { scriptBehaviorAfterReboot: behavior } });
      const putting = put(["1.0.0"], true, 1).catch(() => undefined);
      while (cluster.names().length === 0 || !cluster.log.some((line) => line.includes("install runs"))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await cluster.plane.stopMachine(cluster.names()[0]!);
      await putting;
      await cluster.plane.startMachine(cluster.names()[0]!);
      await cluster.plane.settled();
      const [machine] = cluster.plane.machines();
      expect({ power: machine!.power, version: machine!.version || undefined }).to.deep.equal(
        behavior === "Rerun" ? { power: "running", version: "1.0.0" } : { power: "failed", version: undefined },
      );
    });
  }

  it("are refused before a machine exists when their commands are none that can be played", () => {
    const inputs = { publishingProfile: { manageActions: { ...manageActions("orders"), install: "setup.exe /q" } } };
    const type = "azure-native:compute:GalleryApplicationVersion";
    expect(cluster.plane.preflight({ type, name: "1.0.0", inputs })).to.have.lengthOf(1);
    expect(cluster.plane.preflight({ type, name: "1.0.0", inputs })[0]).to.match(/install: .*solely those/);
  });
});
