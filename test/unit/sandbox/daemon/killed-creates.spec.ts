import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { sandboxLayout } from "../../../../packages/sandbox/src/layout";
import {
  recoverKilledCreates,
  withoutKilledCreates,
  type Deployment,
} from "../../../../packages/sandbox/src/pulumi/killed-creates";
import { temporaryFolder } from "./support";

const GROUP = "/subscriptions/0/resourceGroups/shop1a2b";
const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
const SUBNET = "azure-native:network:Subnet";
const scaleSet = (name: string, group = GROUP) => ({
  id: `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`,
  type: SCALE_SET,
});
const subnet = (network: string) => ({
  id: `${GROUP}/providers/Microsoft.Network/virtualNetworks/${network}/subnets/machines`,
  type: SUBNET,
});
const begun = (inputs: object, type = SCALE_SET, operation = "creating") => ({
  type: operation,
  resource: {
    urn: `urn:pulumi:dev::shop::${type}::machines`,
    type,
    custom: true,
    inputs: { resourceGroupName: "shop1a2b", ...inputs },
  },
});
const begunScaleSet = begun({ vmScaleSetName: "machines01" });
const group = { urn: "urn:pulumi:dev::shop::group::shop", type: "group", id: GROUP };

describe("the state after a Pulumi that was killed while it created something", () => {
  it("is left alone when nothing is pending", () => {
    expect(withoutKilledCreates({ resources: [group] }, [scaleSet("machines01")])).to.equal(undefined);
  });

  it("gets what exists as something to delete, so that no second one stands beside it", () => {
    const { id } = scaleSet("machines01");
    const state = { manifest: { time: "now" }, resources: [group], pending_operations: [begunScaleSet] };
    expect(withoutKilledCreates(state, [scaleSet("machines01")])).to.deep.equal({
      deployment: {
        manifest: { time: "now" },
        resources: [group, { ...begunScaleSet.resource, id, delete: true, protect: false, retainOnDelete: false }],
        pending_operations: [],
      },
      found: [id],
    });
  });

  it("forgets what was never created", () => {
    const corrected = withoutKilledCreates({ resources: [group], pending_operations: [begunScaleSet] }, []);
    expect(corrected).to.deep.equal({ deployment: { resources: [group], pending_operations: [] }, found: [] });
  });

  it("forgets what has no id that follows from its inputs, as a command", () => {
    const command = begun({ create: "true" }, "command:local:Command");
    const unnamed = begun({ vmScaleSetName: { secret: "machines01" } });
    const corrected = withoutKilledCreates({ pending_operations: [command, unnamed] }, [scaleSet("machines01")]);
    expect(corrected).to.deep.equal({ deployment: { resources: [], pending_operations: [] }, found: [] });
  });

  it("touches nothing that has another name, type or place, or that the state has already", () => {
    const known = { urn: "urn:pulumi:dev::shop::old", type: SCALE_SET, id: scaleSet("machines01").id };
    const others = [
      scaleSet("machines02"),
      { ...scaleSet("machines01"), type: "azure-native:network:LoadBalancer" },
      scaleSet("machines01", "/subscriptions/0/resourceGroups/another"),
      scaleSet("machines01"),
    ];
    const corrected = withoutKilledCreates({ resources: [known], pending_operations: [begunScaleSet] }, others);
    expect(corrected?.found).to.deep.equal([]);
  });

  it("tells resources of one name in two parents apart", () => {
    const pending = ["east", "west"].map((network) =>
      begun({ virtualNetworkName: network, subnetName: "machines" }, SUBNET),
    );
    const corrected = withoutKilledCreates({ pending_operations: pending }, [subnet("west"), subnet("east")]);
    expect(corrected?.found).to.deep.equal([subnet("east").id, subnet("west").id]);
  });

  it("keeps pending updates and deletions: an up repeats them", () => {
    const update = begun({ vmScaleSetName: "machines00" }, SCALE_SET, "updating");
    const corrected = withoutKilledCreates({ pending_operations: [update, begunScaleSet] }, []);
    expect(corrected?.deployment).to.deep.equal({ resources: [], pending_operations: [update] });
  });
});

describe("stacks on which a Pulumi was killed", () => {
  const folder = temporaryFolder();

  /** A backend with one stack; `pulumi` exports it, and keeps what it is told to import. */
  function backend(deployment: Deployment, pulumi = `cat ${join(folder(), "exported")}`) {
    const layout = sandboxLayout(join(folder(), "sandbox"));
    write(join(layout.backend, ".pulumi/stacks/shop/dev.json"), { checkpoint: { latest: deployment } });
    write(join(folder(), "exported"), { version: 3, deployment });
    write(layout.resources, [scaleSet("machines01")]);
    const script = `#!/bin/sh\necho "$@" >> ${join(folder(), "asked")}\nif [ "$2" = import ]; then cat > ${join(folder(), "imported")}; else ${pulumi}; fi\n`;
    mkdirSync(join(folder(), "bin"));
    writeFileSync(join(folder(), "bin/pulumi"), script, { mode: 0o755 });
    return { layout, env: { PATH: `${join(folder(), "bin")}:${process.env.PATH}` } };
  }

  it("are corrected by Pulumi's own export and import", () => {
    const { layout, env } = backend({ pending_operations: [begunScaleSet] });
    expect(recoverKilledCreates(layout, env)).to.deep.equal([
      { stack: "organization/shop/dev", found: [scaleSet("machines01").id] },
    ]);
    const imported = JSON.parse(readFileSync(join(folder(), "imported"), "utf8")) as { deployment: Deployment };
    expect(imported).to.have.property("version", 3);
    expect(imported.deployment.resources).to.have.length(1);
    expect(readFileSync(join(folder(), "asked"), "utf8")).to.equal(
      "stack export --stack organization/shop/dev --non-interactive\n" +
        "stack import --stack organization/shop/dev --non-interactive\n",
    );
  });

  it("are left alone, without asking Pulumi, when nothing is pending or a Pulumi is at work", () => {
    const { layout, env } = backend({ pending_operations: [] }, "exit 1");
    expect(recoverKilledCreates(layout, env)).to.deep.equal([]);
    write(join(layout.backend, ".pulumi/stacks/shop/dev.json"), {
      checkpoint: { latest: { pending_operations: [begunScaleSet] } },
    });
    write(join(layout.backend, ".pulumi/locks/organization/shop/dev/5d7a.json"), {
      pid: process.pid,
      hostname: hostname(),
    });
    expect(recoverKilledCreates(layout, env)).to.deep.equal([]);
  });

  it("that Pulumi can't correct stop the command, with Pulumi's reason", () => {
    const { layout, env } = backend({ pending_operations: [begunScaleSet] }, "echo incorrect passphrase >&2; exit 255");
    expect(() => recoverKilledCreates(layout, env)).to.throw(/killed while it created.*incorrect passphrase/);
  });

  it("are none before the first stack", () => {
    expect(recoverKilledCreates(sandboxLayout(folder()), {})).to.deep.equal([]);
  });
});

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
}
