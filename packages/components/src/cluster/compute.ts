import type * as pulumi from "@pulumi/pulumi";
import { healthEndpoint, installSeconds, type ClusterSpec } from "@windows-ha/spec";
import type { PlacementArgs } from "../common/placement";
import { WindowsMachines } from "../machines";
import { WindowsScaleSet, type MachineNetworkArgs } from "../scale-set";
import type { ClusterIdentityArgs, WindowsHaClusterArgs } from "./args";
import type { InstallArgs } from "./install";

/** The machines of a cluster: one of the two, as `compute` chose. */
export interface ClusterCompute {
  scaleSet?: WindowsScaleSet;
  machines?: WindowsMachines;
}

/** What the machines are connected to and what they run. */
interface ComputeParts {
  network: MachineNetworkArgs;
  identity: ClusterIdentityArgs;
  install: InstallArgs;
}

export function createCompute(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  { compute, install: { transport }, service, machines, loadBalancer: { probe } }: ClusterSpec,
  { network, identity, install }: ComputeParts,
  parent: pulumi.Resource,
): ClusterCompute {
  // Single machines are always updated one by one, so nothing of them depends on how many have to be active.
  const { minimumActive, ...given } = args.machines ?? {};
  const { terminateNotification } = machines;
  const common = {
    ...placement,
    ...given,
    count: machines.count,
    computerNamePrefix: machines.computerNamePrefix,
    ...network,
    health: {
      ...healthEndpoint(service),
      path: service.health.livenessPath,
      reportsHealthState: service.health.reportsHealthState,
    },
    identity: { id: identity.id, principalId: identity.principalId },
    ...install,
    installSeconds: installSeconds(service, probe),
  };
  return compute === "machines"
    ? {
        machines: new WindowsMachines(
          `${name}-machines`,
          { ...common, ...(transport === "vmApplication" ? {} : { transport }) },
          { parent },
        ),
      }
    : {
        scaleSet: new WindowsScaleSet(
          `${name}-machines`,
          { ...common, minimumActive, terminateNotification },
          { parent },
        ),
      };
}
