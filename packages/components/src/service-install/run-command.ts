import type { compute as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { RUN_COMMAND_SCRIPT, runCommandParameters, type Finding } from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import type { InstallStepArgs } from "../scale-set/args";

/** What a managed Run Command is made of, without its place. */
export interface RunCommandBody {
  source: inputs.VirtualMachineRunCommandScriptSourceArgs;
  parameters: pulumi.Output<inputs.RunCommandInputParameterArgs[]>;
  protectedParameters: pulumi.Output<inputs.RunCommandInputParameterArgs[]>;
  timeoutInSeconds: number;
  asyncExecution: boolean;
  treatFailureAsDeploymentFailure: boolean;
}

/**
 * The install step as a managed Run Command: waited for, and a failure of it fails the deployment, which Azure does only
 * when it is told to.
 *
 * @param timeoutInSeconds after which Azure ends the script
 * @param resource that is named when the step isn't one that a Run Command can take
 */
export function runCommandBody(
  install: InstallStepArgs,
  timeoutInSeconds: number,
  subject: string,
  resource: pulumi.Resource,
): RunCommandBody {
  const { fileUris, commandToExecute, identityClientId } = install;
  const step = pulumi.output({ fileUris, commandToExecute, ...(identityClientId && { identityClientId }) });
  const all = step.apply((known) => {
    const found = runCommandParameters(known);
    if (found) return found;
    throw new InvalidArgumentsError(subject, [FOREIGN], { resource, outcome: "no machine was changed" });
  });
  return {
    source: { script: RUN_COMMAND_SCRIPT },
    // Addresses and hashes: what is secret in the step is the document alone.
    parameters: pulumi.unsecret(all.parameters),
    protectedParameters: pulumi.secret(all.protectedParameters),
    timeoutInSeconds,
    asyncExecution: false,
    treatFailureAsDeploymentFailure: true,
  };
}

const FOREIGN: Finding = {
  rule: "run-command",
  path: "install.commandToExecute",
  allowed: "the command of a ServiceInstall, and its agent among install.fileUris",
  fix: 'Give fileUris and commandToExecute of a ServiceInstall, or take transport "customScript" for a command of your own.',
};
