import type * as pulumi from "@pulumi/pulumi";
import { agentBinary } from "@windows-ha/agent";
import type { ClusterSpec } from "@windows-ha/spec";
import { placementOf, type PlacementArgs } from "../common/placement";
import type { ConsulClientArgs } from "../consul";
import type { WindowsScaleSetArgs } from "../scale-set";
import { ServiceInstall, type ServiceArgs } from "../service-install";
import { PackageRedundancy, VmApplication } from "../vm-application";
import type { WindowsHaClusterArgs } from "./args";
import type { ClusterPrograms } from "./programs";

/** How a cluster's service gets on its machines: one of the two, as `install.transport` chose. */
export interface ClusterInstall {
  serviceInstall?: ServiceInstall;
  vmApplication?: VmApplication;
}

/** What the machines are told about it. */
export type InstallArgs = Pick<WindowsScaleSetArgs, "install" | "applicationVersionId">;

/** @param service with addresses instead of values of secrets */
export function createInstall(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  { install: { attempt }, loadBalancer: { probe }, artifactStore: { redundancy } }: ClusterSpec,
  service: ServiceArgs,
  { artifact, agent, artifactStore }: ClusterPrograms,
  { machinesSubnetId, consul }: { machinesSubnetId: pulumi.Input<string>; consul: ConsulClientArgs | undefined },
  parent: pulumi.Resource,
): { install: ClusterInstall; machines: InstallArgs } {
  const published = { service: { ...service, artifact }, ...(consul ? { consul } : {}) };
  if (agent) {
    const serviceInstall = new ServiceInstall(`${name}-service`, { ...published, agent, probe }, { parent });
    const { fileUris, commandToExecute } = serviceInstall;
    const { identityClientId } = agent;
    return { install: { serviceInstall }, machines: { install: { fileUris, commandToExecute, identityClientId } } };
  }
  const vmApplication = new VmApplication(
    `${name}-service`,
    {
      ...placementOf(placement),
      ...published,
      agentPath: args.agent?.path ?? agentBinary({ os: "windows", arch: "amd64" }).file,
      storageAccountName: artifactStore!.accountName,
      probe,
      attempt,
      // Behind the network and its way out.
      publishAfter: [machinesSubnetId],
      redundancy: redundancy === "Standard_LRS" ? PackageRedundancy.Local : PackageRedundancy.Zones,
    },
    { parent },
  );
  return { install: { vmApplication }, machines: { applicationVersionId: vmApplication.versionId } };
}
