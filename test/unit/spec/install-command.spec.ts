import { expect } from "chai";
import fc from "fast-check";
import {
  agentSpecText,
  MAX_COMMAND_LENGTH,
  parseInstallCommand,
  renderInstallCommand,
  type AgentSpec,
} from "@windows-ha/spec";
import { SHA256_A } from "./arguments";

const agentFiles = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/);
const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const documents = fc.json({ stringUnit: "binary" });
const commands = fc.record({ agentFile: agentFiles, agentSha256: hashes, specJson: documents });

describe("renderInstallCommand", () => {
  it("checks the agent's hash before it hands over, and passes the agent's exit code on", () => {
    expect(renderInstallCommand({ agentFile: "agent.exe", agentSha256: SHA256_A, specJson: "{}" })).to.equal(
      'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "' +
        `if ((Get-FileHash -Algorithm SHA256 -LiteralPath .\\agent.exe).Hash -ne '${"A".repeat(64)}') ` +
        "{ [Console]::Error.WriteLine('agent.exe does not have the declared SHA-256'); exit 30 }; " +
        '& .\\agent.exe install --spec-base64 e30=; exit $LASTEXITCODE"',
    );
  });

  it("has only characters that neither cmd.exe nor PowerShell reads otherwise, whatever the document says", () => {
    fc.assert(
      fc.property(commands, (command) => {
        const variable = renderInstallCommand(command).split("--spec-base64 ")[1]!.split(";")[0]!;
        expect(variable).to.match(/^[A-Za-z0-9+/]+={0,2}$/);
      }),
    );
  });

  for (const agentFile of ["a b.exe", "..\\agent.exe", "-agent.exe", "agent.exe'; exit 0 #", "агент.exe", ""]) {
    it(`refuses ${JSON.stringify(agentFile)} as the agent's file name`, () => {
      expect(() => renderInstallCommand({ agentFile, agentSha256: SHA256_A, specJson: "{}" })).to.throw(
        RangeError,
        "file name",
      );
    });
  }

  for (const agentSha256 of ["", "a".repeat(63), "g".repeat(64), `${"a".repeat(63)}'`]) {
    it(`refuses ${JSON.stringify(agentSha256.slice(-8))} at the end of the agent's SHA-256`, () => {
      expect(() => renderInstallCommand({ agentFile: "agent.exe", agentSha256, specJson: "{}" })).to.throw(
        RangeError,
        "SHA-256",
      );
    });
  }
});

describe("parseInstallCommand", () => {
  it("reads back what was rendered, for any JSON in any script", () => {
    fc.assert(
      fc.property(commands, (command) => {
        expect(parseInstallCommand(renderInstallCommand(command))).to.deep.equal(command);
      }),
    );
  });

  it("takes a text only if rendering its parts gives the same text again, so no changed command passes for ours", () => {
    const edits = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.integer({ min: 0, max: 3 }),
      insert: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("=", "==", "\n", "'", '"', ";", " ", "A", "é")),
    });
    fc.assert(
      fc.property(commands, edits, (command, { at, remove, insert }) => {
        const text = renderInstallCommand(command);
        const position = Math.floor(at * text.length);
        const tampered = text.slice(0, position) + insert + text.slice(position + remove);
        const parsed = parseInstallCommand(tampered);
        if (parsed !== undefined) expect(renderInstallCommand(parsed)).to.equal(tampered);
      }),
      { numRuns: 500 },
    );
  });

  const command = renderInstallCommand({ agentFile: "agent.exe", agentSha256: SHA256_A, specJson: '{"a":1}' });
  const TAMPERED: [string, string][] = [
    ["nothing", ""],
    ["a command before it", `whoami & ${command}`],
    ["a command behind it", `${command} & whoami`],
    ["a line behind it", `${command}\n`],
    ["another program that is run than was checked", command.replace("& .\\agent.exe", "& .\\other.exe")],
    ["the hash check turned round", command.replace("-ne", "-eq")],
    ["another hash algorithm", command.replace("-Algorithm SHA256", "-Algorithm SHA1")],
    ["another verb", command.replace("install --spec", "uninstall --spec")],
    ["the exit code dropped", command.replace("; exit $LASTEXITCODE", "")],
    ["a short hash", command.replace("A".repeat(64), "A".repeat(63))],
    ["a hash in lower case", command.replace("A".repeat(64), "a".repeat(64))],
    ["no document", command.replace(/--spec-base64 \S+;/, "--spec-base64 ;")],
    ["padding too much", command.replace(/--spec-base64 (\S+);/, "--spec-base64 $1====;")],
    ["base64 that is no UTF-8", command.replace(/--spec-base64 \S+;/, "--spec-base64 //8=;")],
  ];
  for (const [title, text] of TAMPERED) {
    it(`refuses ${title}`, () => {
      expect(text).not.to.equal(command);
      expect(parseInstallCommand(text)).to.equal(undefined);
    });
  }
});

describe("agentSpecText", () => {
  const shuffledKeys = (value: unknown, turn: number): unknown => {
    if (Array.isArray(value)) return value.map((item) => shuffledKeys(item, turn));
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value);
    const turned = [
      ...entries.slice(turn % (entries.length || 1)),
      ...entries.slice(0, turn % (entries.length || 1)),
    ].reverse();
    return Object.fromEntries(turned.map(([key, item]) => [key, shuffledKeys(item, turn)]));
  };

  it("is the same text for the same document, in whatever order its keys were written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.nat(), (value, turn) => {
        expect(agentSpecText(shuffledKeys(value, turn) as AgentSpec)).to.equal(
          agentSpecText(value as unknown as AgentSpec),
        );
      }),
    );
  });

  it("loses nothing and keeps the order of lists, because arguments have one", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        expect(JSON.parse(agentSpecText(value as unknown as AgentSpec))).to.deep.equal(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });
});

describe("MAX_COMMAND_LENGTH", () => {
  it("is the limit of cmd.exe", () => expect(MAX_COMMAND_LENGTH).to.equal(8191));
});
