import type { RunCommandInputs } from "../azure/types/virtual-machine-run-command";
import type { Extension } from "./scale-set-model";

/** The handler by which Azure runs managed Run Commands on Windows: an extension that it brings itself. */
const HANDLER = { publisher: "Microsoft.CPlat.Core", type: "RunCommandHandlerWindows" };

export function isRunCommand({ publisher, type }: Extension): boolean {
  return publisher === HANDLER.publisher && type === HANDLER.type;
}

/** A Run Command as its machine sees it. What isn't part of the script, such as tags, is none of the machine's. */
export function readRunCommandExtension(name: string, inputs: RunCommandInputs): Extension {
  const { protectedParameters, source, parameters, timeoutInSeconds, treatFailureAsDeploymentFailure } = inputs;
  return {
    // An extension may have the same name.
    name: `runCommands/${name}`,
    ...HANDLER,
    settings: { source, parameters, timeoutInSeconds, treatFailureAsDeploymentFailure },
    protectedSettings: { protectedParameters },
    provisionAfterExtensions: [],
  };
}
