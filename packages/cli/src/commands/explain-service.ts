import { explainService, type DiscoveryCheckFacts, type ServiceExplanation } from "@windows-ha/spec";
import type { Command } from "commander";
import { withHelp } from "../help";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { printJson } from "./common";
import { nothingIn, stackOf, withDocuments, type DocumentOptions } from "./explain-documents";
import type { CommandContext } from "./sandbox";

/** `windows-ha explain service`: how callers find it, and how soon they don't find what has failed. */
export function addExplainService(group: Command, { terminal }: CommandContext): void {
  const command = withDocuments(group.command("service"))
    .description("say how callers find a service by Consul, what it is asked, and how soon a failed instance is gone")
    .argument("[name]", "name of the service (default: every service of the stack)");
  command.action((name: string | undefined, options: DocumentOptions) => {
    const found = explainService(stackOf(command, options, terminal), name);
    if (found.length === 0) {
      throw nothingIn(name === undefined ? "service with Consul" : `service ${name} with Consul`, options);
    }
    if (options.json) printJson(terminal, found);
    else terminal.out(found.map((one) => text(one, terminal)).join("\n"));
  });
  withHelp(command, {
    examples: [
      "pulumi stack export > state.json && windows-ha explain service --state state.json",
      "windows-ha explain service orders --state state.json --json",
    ],
  });
}

function text(one: ServiceExplanation, terminal: Terminal): string {
  const { bold } = terminal.colors.out;
  return [
    `${bold(one.service)} (${one.declaredBy}) in datacenter ${one.datacenter}\n`,
    `  by DNS   ${one.dnsNames.join("\n           ")}\n`,
    `  by HTTP  ${one.httpPaths.join("\n           ")}\n`,
    "\n",
    table(["CHECK", "ASKS", "EVERY", "TIME-OUT", "FAILURES", "THEN"].map(bold), one.checks.map(checkRow)),
    ...queryTable(one, bold),
    "\n",
    table(["GONE WHEN", "TYPICAL", "WORST", "FORMULA"].map(bold), one.removal.map(spanRow)),
    ...leaderTable(one, bold),
  ].join("");
}

function checkRow({ id, asks, intervalSeconds, timeoutSeconds, failures, effect }: DiscoveryCheckFacts): string[] {
  return [
    id,
    asks,
    `${intervalSeconds} s`,
    timeoutSeconds === undefined ? "-" : `${timeoutSeconds} s`,
    String(failures),
    effect === "warning" ? "a warning, still found" : "not found",
  ];
}

function queryTable({ queries }: ServiceExplanation, bold: (text: string) => string): string[] {
  if (queries.length === 0) return [];
  const rows = queries.map(({ name, near, tags, failover }) => [
    name,
    tags.length === 0 ? "any" : tags.join(", "),
    [near ? "near ones" : "all", ...failover].join(", then "),
  ]);
  return ["\n", table(["QUERY", "TAGS", "ASKS IN THIS ORDER"].map(bold), rows)];
}

function leaderTable({ leader }: ServiceExplanation, bold: (text: string) => string): string[] {
  return leader.length === 0
    ? []
    : ["\n", table(["NEW LEADER AFTER", "TYPICAL", "WORST", "FORMULA"].map(bold), leader.map(spanRow))];
}

function spanRow(span: { title: string; typicalSeconds: number; worstSeconds: number; formula: string }): string[] {
  return [span.title, `${span.typicalSeconds} s`, `${span.worstSeconds} s`, span.formula];
}
