import { InvalidArgumentError, type Command } from "commander";
import { withHelp } from "../help";
import { followLogs, logPrinter, printLog } from "../log-files";
import { sandboxOf, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

interface LogsOptions extends FolderOption {
  json?: boolean;
  follow?: boolean;
  lines: number;
}

export function logsCommand(group: Command, { terminal }: CommandContext): void {
  const command = withFolder(group.command("logs"))
    .description("show a machine's logs; without a machine the sandbox's own")
    .argument("[machine]", 'the machine\'s name, as "sandbox machines" lists it')
    .option("-f, --follow", "go on with what is written from now on, until Ctrl-C")
    .option("-n, --lines <count>", "lines of the past per log", lineCount, 200)
    .option("--json", "print each line as data for programs")
    .action(async (machine: string | undefined, options: LogsOptions) => {
      const logs = await sandboxOf(options, terminal).logs(machine);
      if (logs.length === 0) terminal.err(`no logs yet${machine === undefined ? "" : ` of ${machine}`}\n`);
      const print = logPrinter(terminal, { json: options.json, named: logs.length > 1 });
      const ends = logs.map((log) => printLog(log, options.lines, print));
      if (options.follow) await followLogs(logs, ends, print);
    });
  withHelp(command, {
    examples: ["windows-ha sandbox logs", "windows-ha sandbox logs orders-0 --follow --lines 20"],
    exits: ["notRunning"],
  });
}

function lineCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 0 or more.");
  return Number(text);
}
