import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Template, type Recording, type Values } from "@windows-ha/testing";
import { expect } from "chai";
import {
  WindowsHaCluster,
  type ClusterIdentityArgs,
  type InstallTransport,
  type WindowsHaClusterArgs,
} from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import { clusterArgs, failureOf, inBothPasses, known } from "./support";

const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ROLE = "azure-native:authorization:RoleAssignment";
const MACHINES = {
  scaleSet: "azure-native:compute:VirtualMachineScaleSet",
  machines: "azure-native:compute:VirtualMachine",
};
const THEIRS: ClusterIdentityArgs = {
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/theirs",
  principalId: "aaaaaaaa-2222-3333-4444-555555555555",
  clientId: "bbbbbbbb-7777-8888-9999-000000000000",
};
/** What the machines' identity may be given: to read blobs, to read secrets. */
const READ_ONLY = { blobs: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", secrets: "4633458b-17de-408a-b874-0445c86b69e6" };
const WRITE_BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";

const folder = mkdtempSync(join(tmpdir(), "wha-identity-"));
const program = join(folder, "orders.exe");
/** Programs are uploaded, and a secret is kept: every role that a cluster gives. */
const cluster = (changes: Partial<WindowsHaClusterArgs>, identity?: ClusterIdentityArgs) => (): WindowsHaCluster =>
  new WindowsHaCluster(
    "orders",
    clusterArgs({
      service: { ...clusterArgs().service, artifact: { path: program }, secrets: { TOKEN: { value: "token" } } },
      agent: { path: program },
      ...changes,
      machines: { ...changes.machines, identity },
    }),
  );

const isPublishers = (name: string): boolean => /-publisher(-role)?$/.test(name);
const rolesOf = (recording: Recording, ofPublisher = false) =>
  Template.of(recording)
    .findResources(ROLE)
    .filter(({ name }) => isPublishers(name) === ofPublisher);
const identities = (recording: Recording): string[] =>
  Template.of(recording)
    .findResources(IDENTITY)
    .map(({ name }) => name);
const roleOf = ({ roleDefinitionId }: Values): unknown => String(roleDefinitionId).split("/").at(-1);
const WAYS: [title: string, compute: keyof typeof MACHINES, transport: InstallTransport][] = [
  ["a scale set with a VM Application", "scaleSet", "vmApplication"],
  ["a scale set with a script", "scaleSet", "customScript"],
  ["single machines", "machines", "runCommand"],
];

describe("the identity of a cluster's machines", () => {
  before(() => writeFileSync(program, windowsProgram()));
  after(() => rmSync(folder, { recursive: true }));

  for (const [title, compute, transport] of WAYS) {
    const changes = { compute, install: { transport } };

    inBothPasses(
      `is given by its ids to ${title}: it gets the roles, and none is created for them`,
      cluster(changes, THEIRS),
      (recording) => {
        expect(identities(recording).filter((name) => !isPublishers(name))).to.deep.equal([]);
        for (const { inputs } of Template.of(recording).findResources(MACHINES[compute])) {
          expect(inputs.identity).to.deep.equal({ type: "UserAssigned", userAssignedIdentities: [THEIRS.id] });
        }
        expect(rolesOf(recording)).to.have.length(2);
        for (const { inputs } of rolesOf(recording)) expect(inputs.principalId).to.equal(THEIRS.principalId);
      },
    );

    inBothPasses(`is a new one for ${title} when nothing is said`, cluster(changes), (recording) => {
      expect(identities(recording).filter((name) => !isPublishers(name))).to.deep.equal(["orders-machines-identity"]);
      for (const { inputs } of Template.of(recording).findResources(MACHINES[compute])) {
        expect(inputs.identity).to.deep.equal({
          type: "UserAssigned",
          userAssignedIdentities: [known(recording, "orders-machines-identity_id")],
        });
      }
    });

    inBothPasses(
      `may read programs and secrets and nothing else (${title}), and is named as what it is, so that Azure looks nobody up`,
      cluster(changes),
      (recording) => {
        const given = rolesOf(recording).map(({ inputs }) => inputs);
        expect(given.map(({ principalType }) => principalType as string)).to.deep.equal(
          Array(2).fill("ServicePrincipal"),
        );
        if (recording.preview) return;
        expect(given.map(roleOf).sort()).to.deep.equal(Object.values(READ_ONLY).sort());
        for (const { scope } of given) expect(String(scope)).not.to.match(/^\/subscriptions\/[^/]+$/);
      },
    );

    inBothPasses(
      `has its roles before a machine runs anything that needs them (${title})`,
      cluster(changes),
      (recording) => {
        const runs = recording.resources.filter(({ type, name }) =>
          compute === "scaleSet" ? type === MACHINES.scaleSet : name.endsWith("-install"),
        );
        expect(runs).not.to.be.empty;
        for (const { urn: started } of runs) {
          const before = new Set(waitsFor(recording, started));
          for (const { urn } of rolesOf(recording)) expect(before, urn).to.include(urn);
        }
      },
    );
  }

  inBothPasses(
    "is never the publisher's: no machine has the one that writes packages, which may write nothing else",
    cluster({ install: { transport: "vmApplication" } }),
    (recording) => {
      const [publisher] = identities(recording).filter(isPublishers);
      expect(publisher).not.to.equal(undefined);
      const roles = rolesOf(recording, true);
      expect(roles).to.have.length(1);
      expect(roles[0]!.inputs).to.include({ principalType: "ServicePrincipal" });
      if (recording.preview) return;
      expect(roleOf(roles[0]!.inputs)).to.equal(WRITE_BLOBS);
      expect(roles[0]!.inputs.scope).to.match(/packages_id$/);
      const [machines] = Template.of(recording).findResources(MACHINES.scaleSet);
      expect(JSON.stringify(machines!.inputs.identity)).not.to.contain(publisher);
    },
  );

  inBothPasses(
    "may come from a resource of the program's own",
    () => {
      const all = pulumi.output(THEIRS);
      return cluster({}, { id: all.id, principalId: all.principalId, clientId: all.clientId })();
    },
    (recording) => {
      for (const { inputs } of rolesOf(recording)) expect(inputs.principalId).to.equal(THEIRS.principalId);
    },
  );

  it("is told of at once when it is given by a name, or by one id for two", async () => {
    const named = await failureOf(cluster({}, { ...THEIRS, id: "theirs" }));
    expect(named.message).to.contain("machines.identity.id").and.contain("userAssignedIdentities/…");
    const twice = await failureOf(cluster({}, { ...THEIRS, clientId: THEIRS.principalId }));
    expect(twice.message).to.contain("[identity-ids]").and.contain("az identity show");
  });
});

/** Everything that a resource waits for, by the dependencies that the engine is told of. */
function waitsFor(recording: Recording, urn: string, seen = new Set<string>()): string[] {
  const resource = recording.resources.find((candidate) => candidate.urn === urn);
  for (const next of resource?.dependsOn ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    waitsFor(recording, next, seen);
  }
  return [...seen];
}
