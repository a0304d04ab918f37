import { explainFlow, parseAddress, parseCidr, type FlowExplanation, type GroupVerdict } from "@windows-ha/spec";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../exit-codes";
import { withHelp } from "../help";
import type { Terminal } from "../terminal";
import { printJson } from "./common";
import { addExplainConfig } from "./explain-config";
import { nothingIn, stackOf, withDocuments, type DocumentOptions } from "./explain-documents";
import { addExplainService } from "./explain-service";
import type { CommandContext } from "./sandbox";

interface FirewallOptions extends DocumentOptions {
  from: string;
  port: number;
  protocol: "Tcp" | "Udp";
  virtualNetwork?: string[];
}

/** `windows-ha explain …`: answers from what is declared, without Azure. */
export function addExplainCommands(program: Command, context: CommandContext): void {
  const group = program.command("explain").description("say what a declared stack would do, without Azure");
  withHelp(group, {
    examples: [
      "pulumi stack export > state.json && windows-ha explain config --state state.json",
      "windows-ha explain firewall --from 203.0.113.10 --port 8080 --state state.json",
    ],
    exits: ["refused"],
  });
  addExplainConfig(group, context);
  addExplainService(group, context);
  const { terminal, exitWith } = context;
  const firewall = withDocuments(group.command("firewall"))
    .description("say which firewall rule decides about a flow to the machines")
    .requiredOption("--from <address>", "IPv4 address of the client", address)
    .requiredOption("--port <port>", "port on the machines, behind the balancer", port)
    .option("--protocol <protocol>", "tcp or udp", protocol, "Tcp")
    .option("--virtual-network <range...>", "ranges of a virtual network that isn't in the stack", range);
  firewall.action((options: FirewallOptions) => {
    const explanations = explainFlow(stackOf(firewall, options, terminal), options);
    if (explanations.length === 0) throw nothingIn("machines", options);
    if (options.json) printJson(terminal, explanations);
    else terminal.out(explanations.map((one) => text(one, options, terminal)).join("\n"));
    if (explanations.some(({ access }) => access === "Deny")) exitWith(EXIT.refused);
  });
  withHelp(firewall, {
    examples: [
      "pulumi stack export > state.json && windows-ha explain firewall --from 203.0.113.10 --port 8080 --state state.json",
      "windows-ha explain firewall --from 10.9.0.4 --port 8080 --state state.json --virtual-network 10.9.0.0/16 --json",
    ],
    exits: ["refused"],
  });
}

function text(one: FlowExplanation, { from, port: to, protocol: by }: FirewallOptions, terminal: Terminal): string {
  const { green, red, dim, bold } = terminal.colors.out;
  const word = one.access === "Allow" ? green("allowed") : red("refused");
  const lines = [`${bold(one.machines)}: ${by.toUpperCase()} from ${from} to port ${to} is ${word}`];
  for (const verdict of one.verdicts) lines.push(...verdictLines(verdict));
  return [...lines, ...one.notes.map((note) => dim(`  note: ${note}`))].map((line) => `${line}\n`).join("");
}

function verdictLines({ securityGroup, at, rule, priority, access, because, opensForOthers }: GroupVerdict): string[] {
  const others = opensForOthers.map((other) => `  ${other.rule} opens this port for ${other.sources.join(", ")} only`);
  return [
    `  ${securityGroup} (of the ${at}): rule ${rule}, priority ${priority}, ${access}`,
    `  ${because}`,
    ...(access === "Deny" ? others : []),
  ];
}

function address(value: string): string {
  if (parseAddress(value) === undefined) throw new InvalidArgumentError('An IPv4 address, such as "203.0.113.10".');
  return value;
}

function port(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 65535) throw new InvalidArgumentError("A port is 1 to 65535.");
  return number;
}

function protocol(value: string): "Tcp" | "Udp" {
  const known = { tcp: "Tcp", udp: "Udp" } as const;
  const found = Object.entries(known).find(([name]) => name === value.toLowerCase());
  if (!found) throw new InvalidArgumentError("tcp or udp.");
  return found[1];
}

function range(value: string, former: string[] | undefined): string[] {
  if (!parseCidr(value)) throw new InvalidArgumentError('An IPv4 range, such as "10.0.0.0/16".');
  return [...(former ?? []), value];
}
