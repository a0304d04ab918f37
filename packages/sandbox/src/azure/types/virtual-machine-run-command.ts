import { parentId } from "../arm-id";
import { defineType, type InputRule } from "../resource-type";

/** A managed Run Command as it is declared. */
export interface RunCommandInputs {
  source?: { script?: string; scriptUri?: string; commandId?: string };
  parameters?: RunCommandParameterInputs[];
  protectedParameters?: RunCommandParameterInputs[];
  timeoutInSeconds?: number;
  asyncExecution?: boolean;
  treatFailureAsDeploymentFailure?: boolean;
}

export interface RunCommandParameterInputs {
  name?: string;
  value?: string;
}

export const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";

/** Azure takes a script in one of three forms. */
const oneSource: InputRule<RunCommandInputs> = {
  reads: ["source"],
  check: ({ source }) => {
    const given = (["script", "scriptUri", "commandId"] as const).filter((form) => source?.[form]);
    if (given.length === 1) return [];
    const seen = given.length === 0 ? "none" : given.join(" and ");
    return [
      {
        path: "source",
        code: "InvalidParameter",
        message: `Exactly one of 'script', 'scriptUri' and 'commandId' has to be given in the source; seen ${seen}.`,
      },
    ];
  },
};

const namedOnce: InputRule<RunCommandInputs> = {
  reads: ["parameters", "protectedParameters"],
  check: ({ parameters = [], protectedParameters = [] }) => {
    const names = [...parameters, ...protectedParameters].map(({ name = "" }) => name.toLowerCase());
    return names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => ({
        path: "parameters",
        code: "InvalidParameter",
        message: `The parameter '${name}' is given more than once.`,
      }));
  },
};

/** A script that a single machine runs when it is put, and again when what it is made of changes. */
export const virtualMachineRunCommand = defineType<RunCommandInputs>({
  token: RUN_COMMAND,
  armType: "Microsoft.Compute/virtualMachines/runCommands",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachines/{vmName}/runCommands/{runCommandName}",
  autoName: "copy",
  location: "inherited",
  replaceOn: [],
  writeOnly: [{ path: "protectedParameters", remembered: true }],
  machinesOf: ({ id }) => parentId(id),
  preflightReads: ["source", "parameters", "protectedParameters"],
  rules: [oneSource, namedOnce],
});
