import { quote, type SandboxStatus } from "@windows-ha/sandbox";
import type { Command } from "commander";
import { withHelp } from "../help";
import type { Terminal } from "../terminal";
import { printJson, sandboxOf, withJson, type JsonOption } from "./common";
import { frontEndTable } from "./front-end-table";
import type { CommandContext } from "./sandbox";

export function statusCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("status"))
    .description("show whether the sandbox runs, and what in it answers")
    .action(async (options: JsonOption) => {
      const status = await sandboxOf(options, terminal).status();
      if (options.json) printJson(terminal, status);
      else printStatus(terminal, status);
    });
  withHelp(command, {
    examples: ["windows-ha sandbox status", "windows-ha sandbox status --json"],
    exits: ["notRunning"],
  });
}

function printStatus(terminal: Terminal, status: SandboxStatus): void {
  const { bold, yellow } = terminal.colors.out;
  const facts: [string, string][] = [
    ["Sandbox", `runs since ${status.startedAt} (process ${status.pid}, version ${status.version})`],
    ["Folder", status.folder],
    ["Addresses", `127.${status.block}.x.y`],
    ["Resources", String(status.resources)],
    ["Machines", machineSummary(status)],
    ...consulSummary(status),
    ...status.clusters.map(({ name, kubeconfig }): [string, string] => [
      "Cluster",
      `${name}: kubectl --kubeconfig ${quote(kubeconfig)} get pods -A`,
    ]),
    ...status.missing.map((what): [string, string] => ["Missing", yellow(what)]),
  ];
  for (const [name, value] of facts) terminal.out(`${bold(name.padEnd(9))}  ${value}\n`);
  if (status.frontEnds.length > 0) terminal.out(`\n${frontEndTable(terminal, status.frontEnds)}`);
}

/** For example `2 running, 1 stopped`. */
function machineSummary({ machines }: SandboxStatus): string {
  return counted(machines.map(({ power }) => power)) || "none";
}

const OTHER_ROLES = ["follower", "client", "no leader"] as const;

/** For example `consul-2 leads; 2 follower, 3 client`. */
function consulSummary({ machines }: SandboxStatus): [string, string][] {
  const roles = machines.flatMap(({ consul }) => consul ?? []);
  if (roles.length === 0) return [];
  const leader = machines.find(({ consul }) => consul === "leader");
  const others = counted(OTHER_ROLES.flatMap((role) => roles.filter((seen) => seen === role)));
  return [["Consul", [leader ? `${leader.name} leads` : "nobody leads", others].filter(Boolean).join("; ")]];
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}
