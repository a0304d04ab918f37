import { readFileSync } from "node:fs";
import { expect } from "chai";
import { Language, Parser, type Node } from "web-tree-sitter";
import {
  installCommand,
  readRunCommand,
  resolveCluster,
  RUN_COMMAND_SCRIPT,
  runCommandParameters,
  type ScriptedInstall,
} from "@windows-ha/spec";
import { clusterArguments } from "./arguments";

const AGENT = { url: "https://files.example.com/windows-ha-agent.exe", sha256: "A".repeat(64) };
const step = (specJson: string, changes: Partial<ScriptedInstall> = {}): ScriptedInstall => ({
  fileUris: [AGENT.url],
  commandToExecute: installCommand({ agent: AGENT, specJson }),
  ...changes,
});

describe("the script of a Run Command", () => {
  let parser: Parser;
  before(async () => {
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(
      await Language.load(readFileSync(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm"))),
    );
  });

  /** Where a text isn't PowerShell, by line. */
  function syntaxErrors(text: string): string[] {
    const found: string[] = [];
    const visit = (node: Node): void => {
      if (node.isError || node.isMissing) found.push(`line ${node.startPosition.row + 1}: ${node.text}`);
      for (const child of node.children) if (child) visit(child);
    };
    visit(parser.parse(text)!.rootNode);
    return found;
  }

  /** Operators of PowerShell 7 that Windows PowerShell 5.1 doesn't read, wherever they stand. */
  const NEWER = /\?\?|\?\.|&&|\|\||\? [^:]+ : /;

  it("is PowerShell", () => {
    expect(syntaxErrors(RUN_COMMAND_SCRIPT)).to.deep.equal([]);
  });

  const BROKEN: [string, string, string][] = [
    ["a bracket that nobody closes", "$ErrorActionPreference = 'Stop'", "if ($true) {"],
    ["a quote that nobody closes", "'Stop'", "'Stop"],
    ["a statement that is cut", "-LiteralPath $folder;", "-LiteralPath $folder; if ("],
  ];
  for (const [title, from, to] of BROKEN) {
    it(`would be found with ${title}`, () => {
      expect(RUN_COMMAND_SCRIPT).to.include(from);
      expect(syntaxErrors(RUN_COMMAND_SCRIPT.replace(from, to))).not.to.deep.equal([]);
    });
  }

  it("is read by Windows PowerShell 5.1: nothing newer, plain ASCII, no byte order mark", () => {
    expect(RUN_COMMAND_SCRIPT).not.to.match(NEWER);
    expect(RUN_COMMAND_SCRIPT).to.match(/^[\n\x20-\x7e]+$/);
    for (const newer of ["$a ?? $b", "$a?.b", "a && b", "a || b", "$a ? 1 : 2"]) expect(newer).to.match(NEWER);
  });

  it("is a bootstrap of at most 30 lines, in which nothing varies", () => {
    expect(RUN_COMMAND_SCRIPT.trimEnd().split("\n")).to.have.length.within(10, 30);
    expect(RUN_COMMAND_SCRIPT).not.to.include("files.example.com");
  });

  it("has exactly the parameters that it is given", () => {
    const declared = [...RUN_COMMAND_SCRIPT.split("\n)\n")[0]!.matchAll(/\] \$(\w+)/g)].map(([, name]) => name);
    const { parameters, protectedParameters } = runCommandParameters(step("{}", { identityClientId: "id" }))!;
    expect([...parameters, ...protectedParameters].map(({ name }) => name)).to.have.members(declared);
  });
});

describe("parameters of a Run Command", () => {
  it("say what the install step said, and are read again", () => {
    const given = runCommandParameters(step('{"ä":1}', { identityClientId: "66666666-7777-8888-9999-000000000000" }))!;
    expect(readRunCommand(RUN_COMMAND_SCRIPT, given)).to.deep.equal({
      agentUri: AGENT.url,
      agentSha256: "a".repeat(64),
      specJson: '{"ä":1}',
      identityClientId: "66666666-7777-8888-9999-000000000000",
    });
  });

  it("need no quotes, whatever the document says", () => {
    const { parameters, protectedParameters } = runCommandParameters(step(`{"a":"'; \\" $(x) & %PATH%"}`))!;
    for (const { value } of [...parameters, ...protectedParameters]) expect(value).to.match(/^[A-Za-z0-9:/.+=_-]+$/);
  });

  it("change openly with the document and with the agent, and with nothing else", () => {
    const open = (given: ScriptedInstall) => runCommandParameters(given)!.parameters;
    expect(open(step("{}"))).to.deep.equal(open(step("{}")));
    expect(open(step("{}"))).not.to.deep.equal(open(step('{"a":1}')));
    const newer = installCommand({ agent: { ...AGENT, sha256: "b".repeat(64) }, specJson: "{}" });
    expect(open(step("{}"))).not.to.deep.equal(open(step("{}", { commandToExecute: newer })));
  });

  it("are none for a command of somebody else, or without the agent's address", () => {
    expect(runCommandParameters(step("{}", { commandToExecute: "setup.exe" }))).to.equal(undefined);
    expect(runCommandParameters(step("{}", { fileUris: ["https://files.example.com/other.exe"] }))).to.equal(undefined);
  });

  it("are refused by name when the script doesn't know them, or lacks them", () => {
    const parameters = [{ name: "AgentUrl", value: AGENT.url }];
    expect(readRunCommand(RUN_COMMAND_SCRIPT, { parameters, protectedParameters: [] })).to.deep.equal({
      problems: [
        "the script has no parameter AgentUrl; it has AgentUri, AgentSha256, Revision, Spec, IdentityClientId",
        ...["AgentUri", "AgentSha256", "Revision", "Spec"].map((name) => `the script's parameter ${name} is missing`),
      ],
    });
    expect(readRunCommand(`${RUN_COMMAND_SCRIPT}#`, { parameters, protectedParameters: [] })).to.have.property(
      "problems",
    );
  });
});

describe("the transport of a cluster", () => {
  const resolved = (changes: Parameters<typeof clusterArguments>[0]) => resolveCluster(clusterArguments(changes));

  it("is what suits the machines, unless something else is said", () => {
    expect(resolved({}).spec!.install.transport).to.equal("customScript");
    expect(resolved({ compute: "machines" }).spec!.install.transport).to.equal("runCommand");
    expect(resolved({ profile: "single" }).spec!.install.transport).to.equal("runCommand");
    const install = { transport: "customScript" };
    expect(resolved({ compute: "machines", install }).spec!.install.transport).to.equal("customScript");
  });

  it("is no Run Command for a scale set, whose later machines it wouldn't reach", () => {
    const { findings } = resolved({ install: { transport: "runCommand" } });
    expect(findings.map(({ rule, path }) => `${path} ${rule}`)).to.deep.equal(["install.transport run-command"]);
  });
});
