import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** A block of TypeScript in a Markdown file. */
export interface Snippet {
  file: string;
  /** Of its first line, counted from 1. */
  line: number;
  text: string;
}

/** What is wrong with a snippet, as `file:line message`. */
export type SnippetFinding = string;

/** TypeScript's codes for a name that nobody declared: alone, with a better proposal, and as `{ name }`. */
const UNKNOWN_NAME = [2304, 2552, 18004];
/** `import * as pulumi` and its like, which readers know. */
const NAMESPACES: Record<string, string> = {
  pulumi: "@pulumi/pulumi",
  resources: "@pulumi/azure-native/resources",
};

export function snippetsOf(root: string, file: string): Snippet[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length + 1,
    text: match[1]!,
  }));
}

/**
 * Type-checks snippets against the packages as a program would import them. What a snippet leaves out is put before it:
 * imports of what our packages export, and what its text speaks of (`config`, `teamVaultId`) as a value of any type. A
 * capital letter begins a type or a class, which has to exist. `…` stands for arguments that don't matter here: what is
 * missing in such a snippet is no mistake.
 */
export function checkSnippets(
  root: string,
  snippets: readonly Snippet[],
  exported: Readonly<Record<string, string>>,
): SnippetFinding[] {
  const bare = diagnostics(
    root,
    snippets.map(({ text }) => asModule(text)),
  );
  const preambles = bare.map((found) => preamble(missingNames(found), exported));
  const complete = diagnostics(
    root,
    snippets.map(({ text }, index) => preambles[index]! + asModule(text)),
  );
  return complete.flatMap((found, index) => {
    const { file, line, text } = snippets[index]!;
    const mistakes = text.includes("…") ? found.filter((diagnostic) => !isAboutMissing(diagnostic)) : found;
    return mistakes.map((diagnostic) => {
      const at = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start!).line;
      const offset = preambles[index]!.split("\n").length - 1;
      return `${file}:${line + at - offset} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
    });
  });
}

function isAboutMissing({ messageText }: ts.Diagnostic): boolean {
  return /(is|are) missing (in|the following)/.test(ts.flattenDiagnosticMessageText(messageText, "\n"));
}

/** Without an import or export a text would share its names with all others. */
const asModule = (text: string): string => `${text.replace(/…,? ?/g, "")}\nexport {};\n`;

/** An ES module may wait at its top, and can't import a folder, as azure-native's parts are. */
const extension = (text: string): string => (/^(const .* = )?await /m.test(text) ? "mts" : "ts");

function missingNames(found: readonly ts.Diagnostic[]): string[] {
  const names = found
    .filter(({ code }) => UNKNOWN_NAME.includes(code))
    .map(({ file, start, length }) => file!.text.slice(start, start! + length!));
  return [...new Set(names)];
}

function preamble(names: readonly string[], exported: Readonly<Record<string, string>>): string {
  return names
    .map((name) => {
      if (exported[name]) return `import { ${name} } from "${exported[name]}";\n`;
      if (NAMESPACES[name]) return `import * as ${name} from "${NAMESPACES[name]}";\n`;
      return /^[a-z]/.test(name) ? `declare const ${name}: any;\n` : "";
    })
    .join("");
}

function diagnostics(root: string, texts: readonly string[]): ts.Diagnostic[][] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node20,
    types: ["node", "mocha"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const files = new Map(texts.map((text, index) => [join(root, "test", `snippet-${index}.${extension(text)}`), text]));
  const onDisk = { ...host };
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name);
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name);
  host.getSourceFile = (name, ...rest) =>
    files.has(name) ? ts.createSourceFile(name, files.get(name)!, rest[0]) : onDisk.getSourceFile(name, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((name) => [...ts.getPreEmitDiagnostics(program, program.getSourceFile(name))]);
}
