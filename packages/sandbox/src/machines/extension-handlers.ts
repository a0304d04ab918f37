import { customScriptProblems, type Published } from "./custom-script";
import { healthExtensionProblems, isHealthExtension } from "./health-extension";
import { runCommandProblems, runRunCommand } from "./run-command";
import { isLinuxRunCommand, isRunCommand } from "./run-command-model";
import { runCustomScript, type ScriptRun } from "./run-custom-script";
import { linuxCommandProblems, runLinuxCommand } from "./run-linux-command";
import type { RunResult } from "./run-host-agent";
import type { Extension } from "./scale-set-model";

/** An extension that sandbox machines know. */
interface ExtensionHandler {
  name: string;
  handles(extension: Extension): boolean;
  /** Why these settings can't work here. */
  problems(extension: Extension, published: Published): string[];
  /** What the extension runs once; the others only stay. */
  run?(run: ScriptRun): Promise<RunResult>;
}

const HANDLERS: readonly ExtensionHandler[] = [
  {
    name: "Microsoft.ManagedServices/ApplicationHealthWindows",
    handles: isHealthExtension,
    problems: healthExtensionProblems,
  },
  {
    name: "Microsoft.Compute/CustomScriptExtension",
    handles: ({ publisher, type }) => publisher === "Microsoft.Compute" && type === "CustomScriptExtension",
    problems: customScriptProblems,
    run: runCustomScript,
  },
  {
    name: "managed Run Commands",
    handles: isRunCommand,
    problems: runCommandProblems,
    run: runRunCommand,
  },
  {
    name: "the gate of Consul's servers",
    handles: isLinuxRunCommand,
    problems: linuxCommandProblems,
    run: runLinuxCommand,
  },
];

/** Whether the extension runs something that succeeds or fails. */
export function runsScript(extension: Extension): boolean {
  return HANDLERS.some((handler) => handler.run && handler.handles(extension));
}

/** Runs what the extension is there for; only for those of which {@link runsScript} says that they run something. */
export function runScript(run: ScriptRun): Promise<RunResult> {
  return HANDLERS.find((handler) => handler.handles(run.extension))!.run!(run);
}

/** Everything that is known to go wrong with a machine's extensions before any machine exists. */
export function extensionProblems(extensions: readonly Extension[], published: Published): string[] {
  return extensions.flatMap((extension) => {
    const handler = HANDLERS.find((candidate) => candidate.handles(extension));
    if (!handler) {
      const seen = `${extension.publisher}/${extension.type}`;
      const known = HANDLERS.map(({ name }) => name).join(", ");
      return [`extension ${extension.name}: the sandbox doesn't know ${seen}; it knows ${known}`];
    }
    return handler.problems(extension, published).map((problem) => `extension ${extension.name}: ${problem}`);
  });
}

/** The extensions so that each comes after those that it names in `provisionAfterExtensions`. */
export function inProvisioningOrder(extensions: readonly Extension[]): Extension[] {
  const ordered: Extension[] = [];
  const visit = (extension: Extension, path: readonly string[]) => {
    if (ordered.includes(extension) || path.includes(extension.name)) return;
    for (const name of extension.provisionAfterExtensions) {
      const before = extensions.find((candidate) => candidate.name === name);
      if (before) visit(before, [...path, extension.name]);
    }
    ordered.push(extension);
  };
  for (const extension of extensions) visit(extension, []);
  return ordered;
}
