import { readConsulGate } from "@windows-ha/spec";
import type { RunCommandInputs } from "../azure/types/virtual-machine-run-command";
import type { Extension } from "./scale-set-model";

/** The handlers by which Azure runs managed Run Commands: extensions that it brings itself. */
const PUBLISHER = "Microsoft.CPlat.Core";
const WINDOWS_HANDLER = "RunCommandHandlerWindows";
const LINUX_HANDLER = "RunCommandHandlerLinux";

export function isRunCommand({ publisher, type }: Extension): boolean {
  return publisher === PUBLISHER && type === WINDOWS_HANDLER;
}

export function isLinuxRunCommand({ publisher, type }: Extension): boolean {
  return publisher === PUBLISHER && type === LINUX_HANDLER;
}

/** A Run Command as its machine sees it. What isn't part of the script, such as tags, is none of the machine's. */
export function readRunCommandExtension(name: string, inputs: RunCommandInputs): Extension {
  const { protectedParameters, source, parameters, timeoutInSeconds, treatFailureAsDeploymentFailure } = inputs;
  // The machine's system decides in Azure. A preview knows the command before its machine, and the script says it, too.
  const isForLinux = "arguments" in readConsulGate(source?.script);
  return {
    // An extension may have the same name.
    name: `runCommands/${name}`,
    publisher: PUBLISHER,
    type: isForLinux ? LINUX_HANDLER : WINDOWS_HANDLER,
    settings: { source, parameters, timeoutInSeconds, treatFailureAsDeploymentFailure },
    protectedSettings: { protectedParameters },
    provisionAfterExtensions: [],
  };
}
