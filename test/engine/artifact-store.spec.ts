import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

interface Resource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const BLOB = "azure-native:storage:Blob";
const ORDERS = join(REPOSITORY, "examples/services/orders/bin");

describe("programs that are given as files", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(__dirname, "programs/uploaded"));
  let url: string;

  before(async () => {
    await stack.create({ program: build("1.4.2"), release: "1.4.2", uploadFrom: "203.0.113.10" });
  });

  after(() => stack.remove());

  /** The service's two builds, each release with bytes of its own. */
  function build(version: string): string {
    const folder = join(stack.folder, version);
    mkdirSync(folder, { recursive: true });
    for (const name of ["orders.exe", "orders"]) {
      copyFileSync(join(ORDERS, name), join(folder, name));
      appendFileSync(join(folder, name), version);
    }
    return join(folder, "orders.exe");
  }

  async function resources(type: string): Promise<Resource[]> {
    const exported = await stack.pulumi(["stack", "export", "--stack", "dev"]);
    const { deployment } = JSON.parse(exported) as { deployment: { resources?: Resource[] } };
    return (deployment.resources ?? []).filter((resource) => resource.type === type);
  }

  const blobs = async (): Promise<string[]> =>
    (await resources(BLOB))
      .map(({ inputs }) => (inputs!.blobName as string).replace(/\/[0-9a-f]{8}\//, "/<hash>/"))
      .sort();

  it("are uploaded, and the machines that download them answer", async () => {
    await stack.up();
    url = await stack.output("url");
    await eventually("answers from two machines", 30, async () => (await answeringMachines(url)).size === 2);
    expect((await stack.machines()).map(({ power, version }) => `${power} ${version}`)).to.deep.equal(
      Array(2).fill("running 1.4.2"),
    );
    const [service, agent] = await blobs();
    expect(agent).to.match(/^windows-ha-agent\/[\d.]+\/<hash>\/windows-ha-agent\.exe$/);
    expect(service).to.equal("orders/1.4.2/<hash>/orders.exe");
  });

  it("have nothing to do when nothing changed, also after a refresh", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("are nobody's but the machines': without a token, and with a forged one, they are refused", async () => {
    for (const { outputs } of await resources(BLOB)) {
      for (const address of [outputs!.url as string, (outputs!.url as string).replace("/blobs/", "/host-builds/")]) {
        const anonymous = await fetch(address);
        expect(`${anonymous.status} ${anonymous.headers.get("x-ms-error-code")}`).to.equal(
          "409 PublicAccessNotPermitted",
        );
        const headers = { Authorization: "Bearer forged", "x-ms-version": "2021-12-02" };
        expect((await fetch(address, { headers })).status).to.equal(401);
      }
    }
  });

  it("name a file that isn't there before anything changes", async () => {
    await stack.set("program", join(stack.folder, "nothing.exe"));
    const { code, stdout, stderr } = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code).not.to.equal(0);
    expect(stdout + stderr)
      .to.include("[artifact-missing]")
      .and.include("nothing.exe")
      .and.include("nothing was created");
    expect(await answeringMachines(url)).to.have.lengthOf(2);
  });

  it("are read past the store's firewall by the machines' subnet, which it knows", async () => {
    const [account] = await resources("azure-native:storage:StorageAccount");
    const [subnet] = await resources("azure-native:network:Subnet");
    expect(account!.inputs!.networkRuleSet).to.deep.include({
      defaultAction: "Deny",
      virtualNetworkRules: [{ action: "Allow", virtualNetworkResourceId: (subnet!.outputs as { id: string }).id }],
    });
  });

  it("are a new blob for a new release, which every machine gets; the former one goes when they have it", async () => {
    await stack.set("program", build("1.5.0"));
    await stack.set("release", "1.5.0");
    const preview = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    const steps = preview.steps
      .filter(({ op, urn }) => op !== "same" && !urn.split("::")[2]!.split("$").at(-1)!.startsWith("windows-ha:"))
      .map(
        ({ op, urn }) =>
          `${op} ${urn
            .split("::")
            .at(-1)!
            .replace(/-[0-9a-f]{8}$/, "")}`,
      );
    expect(steps).to.deep.equal([
      "create orders-artifacts-orders-1.5.0",
      "update orders-machines",
      "delete orders-artifacts-orders-1.4.2",
    ]);
    await stack.up();
    expect((await stack.machines()).map(({ power, version }) => `${power} ${version}`)).to.deep.equal(
      Array(2).fill("running 1.5.0"),
    );
    expect((await blobs())[0]).to.equal("orders/1.5.0/<hash>/orders.exe");
    expect(await blobs()).to.have.lengthOf(2);
    await eventually("answers from two machines", 30, async () => (await answeringMachines(url)).size === 2);
  });

  it("are read by a private endpoint when that is asked for, beside one to another service, in one update", async () => {
    await stack.set("sharedGroup", await stack.output("resourceGroupName"));
    await stack.set("private", "true");
    await stack.set("allowFrom", "192.0.2.0/24");
    await stack.set("program", build("1.5.1"));
    await stack.set("release", "1.5.1");
    await stack.up();
    const accounts = await resources("azure-native:storage:StorageAccount");
    const store = accounts.find(({ urn }) => urn.endsWith("::orders-artifacts"));
    expect(store!.inputs!.networkRuleSet).to.deep.include({ defaultAction: "Deny", virtualNetworkRules: [] });
    const zones = await resources("azure-native:privatedns:PrivateZone");
    expect(zones.map(({ inputs }) => inputs!.privateZoneName)).to.have.members([
      "privatelink.blob.core.windows.net",
      "privatelink.queue.core.windows.net",
    ]);
    expect((await stack.machines()).map(({ power, version }) => `${power} ${version}`)).to.deep.equal(
      Array(2).fill("running 1.5.1"),
    );
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("serve clients whose refusal stands in the flow log, with the rule", async () => {
    const answer = await get(`${url}/orders`).catch((error: Error) => error.message);
    expect(answer).to.equal("socket hang up");
    const folder = join(stack.sandbox, "storage");
    const log = (): string | undefined =>
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith("PT1H.json"))
        : undefined;
    await eventually("is written", 10, () => Promise.resolve(log() !== undefined));
    const kept = readFileSync(join(folder, log()!), "utf8");
    expect(kept).to.match(
      /"rule":"deny-all-inbound","flowTuples":\["\d+,10\.20\.3\.254,10\.20\.\d+\.\d+,\d+,8080,6,I,D,NX/,
    );
  });

  it("are not uploaded from where the store's firewall admits nobody, and the machines serve on", async () => {
    await stack.set("uploadFrom", "198.51.100.7");
    await stack.set("program", build("1.6.0"));
    await stack.set("release", "1.6.0");
    const { code, stdout, stderr } = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.include("AuthorizationFailure");
    expect((await stack.machines()).map(({ power, version }) => `${power} ${version}`)).to.deep.equal(
      Array(2).fill("running 1.5.1"),
    );
  });

  it("go down with everything else", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await resources(BLOB)).to.deep.equal([]);
    expect((await stack.status()).resources).to.equal(0);
    await stack.cli(["sandbox", "down"]);
    expect(stack.processes()).to.deep.equal([]);
  });
});
