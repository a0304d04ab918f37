import { buildService, type BuiltProgram } from "@windows-ha/sandbox";
import { GO_VARIABLE, GO_VARIABLE_VALUE, SEMANTIC_VERSION, type WindowsArchitecture } from "@windows-ha/spec";
import { InvalidArgumentError, Option, type Command } from "commander";
import { relative } from "node:path";
import { withHelp } from "../help";
import { watched } from "../progress";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { printJson } from "./common";

interface BuildOptions {
  version: string;
  out?: string;
  arch: WindowsArchitecture;
  host?: boolean;
  versionVariable: string;
  set: Record<string, string>;
  tags: string[];
  json?: boolean;
}

/** `windows-ha build`: a release of a Go service that two computers build to the same bytes. */
export function addBuildCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("build")
    .description("build a Go service for Windows, so that equal source gives equal bytes")
    .argument("[package]", "the program's package, as go build takes it", ".")
    .requiredOption("--version <version>", "semantic version to build in, such as 1.4.2", version)
    .option("--out <file>", "where the program goes (default: dist/<name>.exe)")
    .addOption(new Option("--arch <arch>", "processor of the machines").choices(["amd64", "arm64"]).default("amd64"))
    .option("--host", "also build it for this computer, for the sandbox: at the same path without .exe")
    .option("--version-variable <name>", "string variable that gets the version", variable, "main.version")
    .addOption(
      new Option("--set <name=value>", "set another string variable, such as main.commit=a1b2c3d; repeatable")
        .argParser(setting)
        .default({}, "none"),
    )
    .addOption(new Option("--tags <tags>", "build tags, separated by commas").argParser(tags).default([], "none"))
    .option("--json", "print data for programs")
    .action((name: string, options: BuildOptions) => build(name, options, terminal));
  withHelp(command, {
    examples: [
      "windows-ha build ./cmd/orders --version 1.4.2 --host",
      'windows-ha build --version 1.4.2 --set "main.commit=$(git rev-parse HEAD)" --json',
    ],
  });
}

async function build(name: string, options: BuildOptions, terminal: Terminal): Promise<void> {
  const { yellow } = terminal.colors.err;
  const built = await watched(terminal, { title: `Build ${name} ${options.version}`, area: "build" }, (onProgress) =>
    buildService({
      cwd: terminal.cwd,
      env: terminal.env,
      package: name,
      arch: options.arch,
      out: options.out,
      host: options.host,
      variables: { ...options.set, [options.versionVariable]: options.version },
      tags: options.tags,
      onProgress,
      onOutput: terminal.err,
    }),
  );
  for (const remark of built.remarks) terminal.err(`${yellow("warning:")} ${remark}\n`);
  if (options.json) {
    printJson(terminal, { version: options.version, ...built });
    return;
  }
  const programs = [built.windows, ...(built.host ? [built.host] : [])];
  const rows = programs.map((program) => row(program, terminal));
  terminal.out(table(["PROGRAM", "FOR", "SIZE", "SHA-256"].map(terminal.colors.out.bold), rows));
}

function row({ file, platform, bytes, sha256 }: BuiltProgram, terminal: Terminal): string[] {
  const near = relative(terminal.cwd, file);
  return [near.startsWith("..") ? file : near, platform, `${(bytes / 1e6).toFixed(1)} MB`, sha256];
}

function version(value: string): string {
  if (SEMANTIC_VERSION.test(value)) return value;
  throw new InvalidArgumentError("A semantic version such as 1.4.2 or 1.5.0-rc.1: three numbers, no leading v.");
}

function variable(value: string): string {
  if (GO_VARIABLE.test(value)) return value;
  throw new InvalidArgumentError(
    "A variable with its package, such as main.version or example.com/orders/build.Version.",
  );
}

function setting(value: string, former: Record<string, string>): Record<string, string> {
  const equals = value.indexOf("=");
  const content = value.slice(equals + 1);
  if (equals < 0 || !GO_VARIABLE_VALUE.test(content)) {
    throw new InvalidArgumentError("A variable and its value, without blanks and quotes, such as main.commit=a1b2c3d.");
  }
  return { ...former, [variable(value.slice(0, equals))]: content };
}

function tags(value: string): string[] {
  if (/^[\w.]+(,[\w.]+)*$/.test(value)) return value.split(",");
  throw new InvalidArgumentError("Names of letters, digits, dots and underscores, separated by commas.");
}
