import { explainConfiguration, type ConfigurationExplanation, type ExplainedSetting } from "@windows-ha/spec";
import type { Command } from "commander";
import { withHelp } from "../help";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { printJson } from "./common";
import { nothingIn, stackOf, withDocuments, type DocumentOptions } from "./explain-documents";
import type { CommandContext } from "./sandbox";

/** `windows-ha explain config`: each setting with the layer that won. */
export function addExplainConfig(group: Command, { terminal }: CommandContext): void {
  const config = withDocuments(group.command("config"))
    .description("show each setting of a service with the layer that it comes from; secrets by where they are")
    .argument("[service]", "name of the service (default: every service of the stack)");
  config.action((service: string | undefined, options: DocumentOptions) => {
    const found = explainConfiguration(stackOf(config, options, terminal), service);
    if (found.length === 0) throw nothingIn(service === undefined ? "settings" : `settings of ${service}`, options);
    if (options.json) printJson(terminal, found);
    else terminal.out(found.map((one) => text(one, terminal)).join("\n"));
  });
  withHelp(config, {
    examples: [
      "pulumi stack export > state.json && windows-ha explain config --state state.json",
      "windows-ha explain config orders --state state.json --json",
    ],
  });
}

function text({ service, declaredBy, whereFound, settings }: ConfigurationExplanation, terminal: Terminal): string {
  const { bold, dim } = terminal.colors.out;
  const rows = settings.map((setting) => [
    setting.key,
    setting.value === undefined ? dim(`(${setting.instead})`) : oneLine(setting.value),
    setting.layer,
    ...remarks(setting).map(dim),
  ]);
  return `${bold(service)} (${declaredBy}), in ${whereFound}\n${table(["KEY", "VALUE", "FROM"].map(bold), rows)}`;
}

function remarks({ overridden }: ExplainedSetting): string[] {
  return overridden.length === 0 ? [] : [`over ${overridden.join(", ")}`];
}

/** A line break would look like another setting. */
function oneLine(value: string): string {
  return value === "" || value.trim() !== value || /\p{Cc}/u.test(value) ? JSON.stringify(value) : value;
}
