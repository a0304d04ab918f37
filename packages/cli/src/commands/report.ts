import {
  POLICIES,
  readPreview,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
  violations,
  type Policy,
  type PreviewReport,
} from "@windows-ha/report";
import { InvalidArgumentError, Option, type Command } from "commander";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { EXIT } from "../exit-codes";
import { withHelp } from "../help";
import { watched } from "../progress";
import { capture, StartError } from "../run-child";
import type { Terminal } from "../terminal";
import type { CommandContext } from "./sandbox";

const FORMATS = ["terminal", "markdown", "html", "json"] as const;

interface ReportOptions {
  preview?: string;
  run?: boolean;
  state?: string;
  format: (typeof FORMATS)[number];
  json?: boolean;
  details?: boolean;
  output?: string;
  fullReport?: string;
  failOn: Policy[];
}

/** What a report needs of a preview: unchanged resources, and the order of replacements. */
const PREVIEW_COMMAND = ["preview", "--json", "--show-sames", "--show-replacement-steps", "--non-interactive"];

/** `windows-ha report`: what a preview means for what runs. */
export function addReportCommand(program: Command, { terminal, exitWith }: CommandContext): void {
  const command = program
    .command("report")
    .description("say what a Pulumi preview means: which machines, ports and figures change, and what is interrupted")
    .option(
      "--preview <file>",
      `what \`pulumi ${PREVIEW_COMMAND.slice(0, 4).join(" ")}\` printed; - reads it from standard input`,
    )
    .option("--run", "run that preview in the current folder instead; what follows -- goes to pulumi")
    .option("--state <file>", "what `pulumi stack export` printed: for a preview without --show-sames")
    .addOption(new Option("--format <format>", "terminal, markdown, html or json").choices(FORMATS).default("terminal"))
    .option("--details", "with the format terminal, show every property that changes")
    .option("--output <file>", "write the report into a file instead of printing it")
    .option("--full-report <where>", "with the format markdown, where the whole report is, for when it has no room")
    .addOption(
      new Option(
        "--fail-on <policies>",
        `end with ${EXIT.policy} if one of these is there, separated by commas: ${POLICIES.join(", ")}`,
      )
        .argParser(policies)
        .default([], "none"),
    )
    .option("--json", "short for --format json")
    .argument("[arguments...]", "with --run: more arguments of pulumi, such as -- --stack dev");
  withHelp(command, {
    examples: [
      "windows-ha report --run -- --stack dev",
      "pulumi preview --json --show-sames --show-replacement-steps > preview.json",
      "windows-ha report --preview preview.json --format markdown --output comment.md --fail-on replace,interrupt",
    ],
    exits: ["policy"],
  });
  command.action(async (more: string[], options: ReportOptions) => {
    if ((options.preview === undefined) === (options.run !== true))
      command.error("error: give either --preview or --run");
    if (!options.run && more.length > 0) command.error("error: arguments for pulumi need --run");
    const preview = options.run ? await runPreview(more, terminal) : readSource(options.preview!, terminal);
    const state = options.state === undefined ? {} : { state: readSource(options.state, terminal) };
    const report = readPreview(preview, state);
    await print(report, options, terminal);
    exitWith(judge(report, options.failOn, terminal));
  });
}

async function runPreview(more: string[], terminal: Terminal): Promise<string> {
  const args = [...PREVIEW_COMMAND, ...more];
  const { out } = await watched(terminal, { title: "Preview", area: "report" }, (note) => {
    note(`pulumi ${args.join(" ")}`);
    return capture("pulumi", args, terminal).catch(withAdvice);
  });
  // Whether it failed stands in its diagnostics; without them it printed nothing, and has said why.
  if (out.trim() === "") throw new Error("pulumi printed no preview: see its messages above");
  return out;
}

/** Outside the sandbox only a Pulumi CLI that the user installed has what a program needs. */
function withAdvice(error: unknown): never {
  if (!(error instanceof StartError) || error.exitCode !== EXIT.notFound) throw error;
  throw new StartError(
    error.exitCode,
    `${error.message}. Install the Pulumi CLI (https://www.pulumi.com/docs/install), or ask in the sandbox: windows-ha sandbox exec -- windows-ha report --run`,
  );
}

function readSource(file: string, { cwd }: Terminal): string {
  if (file === "-") return readFileSync(0, "utf8");
  const path = resolve(cwd, file);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

async function print(report: PreviewReport, options: ReportOptions, terminal: Terminal): Promise<void> {
  const { output, details } = options;
  const format = options.json ? "json" : options.format;
  const color = output === undefined && terminal.colors.out.isColorSupported;
  const renderers = {
    terminal: () => renderTerminal(report, { color, details }),
    markdown: () => renderMarkdown(report, { fullReport: options.fullReport }),
    html: () => renderHtml(report),
    json: () => renderJson(report),
  };
  const text = await renderers[format]();
  if (output === undefined) terminal.out(text);
  else writeFileSync(resolve(terminal.cwd, output), text);
}

function judge(report: PreviewReport, failOn: readonly Policy[], terminal: Terminal): number {
  const { red } = terminal.colors.err;
  if (report.outcome === "failed") {
    terminal.err(`${red("error:")} the preview itself failed\n`);
    return EXIT.failed;
  }
  const found = violations(report, failOn);
  for (const { policy, message } of found) terminal.err(`${red(`fail-on ${policy}:`)} ${message}\n`);
  return found.length > 0 ? EXIT.policy : EXIT.ok;
}

function policies(value: string): Policy[] {
  const names = value.split(",").map((name) => name.trim());
  const isPolicy = (name: string): name is Policy => POLICIES.some((policy) => policy === name);
  const unknown = names.filter((name) => !isPolicy(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(", ")}: allowed are ${POLICIES.join(", ")}.`);
  return names.filter(isPolicy);
}
