import { expect } from "chai";
import { examined } from "./support/emitted";
import type { Examination } from "./support/examine";
import { EXEMPTIONS } from "./support/exemptions";
import { programs } from "./support/programs";

describe("what the programs declare, read by Microsoft's client libraries", function () {
  this.timeout(60_000);

  for (const { name } of programs()) {
    it(`is taken without loss or complaint: ${name}`, async () => {
      const { examinations, failure } = (await examined()).find(({ program }) => program === name)!;
      if (failure) throw failure as Error;
      expect(examinations).not.to.be.empty;
      expect(examinations.flatMap(complaints)).to.deep.equal([]);
    });
  }

  it("needs every exemption that was granted", async () => {
    const needed = (await examined()).flatMap(({ examinations }) => examinations.flatMap((item) => item.exemptions));
    expect(EXEMPTIONS.filter((row) => !needed.includes(row))).to.deep.equal([]);
  });

  it("arrives in the shape of Azure Resource Manager", async () => {
    const rules = (await bodyOf("azure-native:network:NetworkSecurityGroup")) as {
      properties: { securityRules: { name: string; properties: { access: string; priority: number } }[] };
    };
    expect(rules.properties.securityRules[0]!.properties).to.include.keys("access", "priority", "direction");
    const machines = (await bodyOf("azure-native:compute:VirtualMachineScaleSet")) as {
      sku: { capacity: number };
      properties: { virtualMachineProfile: { extensionProfile: { extensions: { properties: object }[] } } };
    };
    expect(machines.sku.capacity).to.equal(3);
    expect(machines.properties.virtualMachineProfile.extensionProfile.extensions[0]!.properties).to.include.keys(
      "publisher",
      "type",
    );
  });
});

/** What is sent for the only resource of a type in the cluster with defaults. */
async function bodyOf(type: string): Promise<unknown> {
  const { examinations } = (await examined()).find(({ program }) => program === "a cluster with defaults")!;
  return examinations.find(({ resource }) => resource.type === type)!.request!.body;
}

function complaints({ resource, findings }: Examination): string[] {
  return findings.map(({ path, rule, message }) => `${resource.type} "${resource.name}" ${path}: ${rule}: ${message}`);
}
