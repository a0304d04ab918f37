import { Secret, type PropertyMap } from "../provider";
import type { CommandType } from "./command-type";
import { outputOf, type RunResult } from "./run-result";

/** What remote and local commands have in common. */
export interface CommandInputs {
  create?: string;
  update?: string;
  delete?: string;
  environment?: Record<string, string>;
  stdin?: string;
  addPreviousOutputInEnv?: boolean;
}

export interface Run {
  command: string;
  environment: Record<string, string>;
  stdin: string;
  signal: AbortSignal;
}

/** Commands of a life: run at creation, at every change of any input, and at the end. */
export function commandLifecycle<Inputs extends CommandInputs>(
  check: CommandType["check"],
  run: (inputs: Inputs, what: Run) => Promise<RunResult>,
): CommandType {
  /** Without a command of that moment nothing runs, and the former output stays. */
  async function runFor(
    moment: "create" | "update" | "delete",
    command: string | undefined,
    given: PropertyMap,
    previous: PropertyMap,
    signal: AbortSignal,
  ): Promise<PropertyMap> {
    const inputs = given as unknown as Inputs;
    const { stdout = "", stderr = "" } = previous;
    const output =
      command === undefined
        ? { stdout, stderr }
        : outputOf(
            await run(inputs, {
              command,
              environment: environment(inputs, previous),
              stdin: inputs.stdin ?? "",
              signal,
            }),
            moment,
          );
    // What a command prints may come from a secret input, and which inputs are secret isn't known here.
    return { ...given, stdout: new Secret(output.stdout), stderr: new Secret(output.stderr) };
  }

  return {
    check,
    create: (inputs, signal) => runFor("create", inputs["create"] as string | undefined, inputs, {}, signal),
    update: (news, state, signal) => {
      const moment = news["update"] === undefined ? "create" : "update";
      return runFor(moment, news[moment] as string | undefined, news, state, signal);
    },
    delete: async (state, signal) => {
      await runFor("delete", state["delete"] as string | undefined, state, state, signal);
    },
  };
}

function environment(inputs: CommandInputs, { stdout, stderr }: PropertyMap): Record<string, string> {
  const previous = Object.entries({ PULUMI_COMMAND_STDOUT: stdout, PULUMI_COMMAND_STDERR: stderr });
  const taken = inputs.addPreviousOutputInEnv === false ? [] : previous.filter(([, text]) => text);
  return { ...inputs.environment, ...(Object.fromEntries(taken) as Record<string, string>) };
}
