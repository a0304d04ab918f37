import * as compute from "@pulumi/azure-native/compute";
import type * as pulumi from "@pulumi/pulumi";
import { CONSUL_GATE_SCRIPT, CONSUL_GATE_TIMEOUT_SECONDS } from "@windows-ha/spec";
import { placementOf, type PlacementArgs } from "../common/placement";

/**
 * What the next server waits for: this one is part of a healthy datacenter that stands the loss of one more.
 *
 * @param revision of this server and the next one: another one asks again
 */
export function createGate(
  name: string,
  placement: PlacementArgs,
  server: compute.VirtualMachine,
  revision: pulumi.Output<string>,
  parent: pulumi.Resource,
): pulumi.Resource {
  return new compute.VirtualMachineRunCommandByVirtualMachine(
    `${name}-gate`,
    {
      ...placementOf(placement),
      vmName: server.name,
      runCommandName: "consul-gate",
      source: { script: CONSUL_GATE_SCRIPT },
      parameters: [{ name: "Revision", value: revision }],
      timeoutInSeconds: CONSUL_GATE_TIMEOUT_SECONDS,
      asyncExecution: false,
      treatFailureAsDeploymentFailure: true,
    },
    { parent, deleteBeforeReplace: true },
  );
}
