import { readFileSync } from "node:fs";
import * as ts from "typescript";
import { SDKS, type Sdk } from "./clients";

interface Declared {
  extends: string[];
  /** Name of each property's type. */
  properties: Map<string, string>;
}

const declarations = new Map<Sdk, Map<string, Declared>>();

/**
 * The values that the client library knows for a property of a model; undefined where any text is fine. A mapper calls
 * an open enumeration a string, so this comes from the declarations and from the exported `Known…` objects.
 */
export function knownValues(name: keyof typeof SDKS, className: string, property: string): string[] | undefined {
  const sdk: Sdk = SDKS[name];
  const models = declarations.get(sdk) ?? readDeclarations(sdk.declarations);
  declarations.set(sdk, models);
  const type = typeOf(models, className, property);
  const values = sdk.module[`Known${type}`] as Record<string, string> | undefined;
  return values && Object.values(values);
}

function typeOf(models: Map<string, Declared>, className: string, property: string): string | undefined {
  const model = models.get(className);
  if (!model) return undefined;
  return (
    model.properties.get(property) ??
    model.extends.map((base) => typeOf(models, base, property)).find((type) => type !== undefined)
  );
}

/** Syntax is enough: no types are computed. */
function readDeclarations(file: string): Map<string, Declared> {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);
  return new Map(
    source.statements.filter(ts.isInterfaceDeclaration).map((model) => [model.name.text, declared(source, model)]),
  );
}

function declared(source: ts.SourceFile, model: ts.InterfaceDeclaration): Declared {
  const bases = model.heritageClauses?.flatMap((clause) => clause.types.map((type) => type.expression)) ?? [];
  const properties = model.members
    .filter(ts.isPropertySignature)
    .map((member): [string, string] => [
      member.name.getText(source),
      member.type ? elementName(source, member.type) : "",
    ]);
  return { extends: bases.map((base) => base.getText(source)), properties: new Map(properties) };
}

function elementName(source: ts.SourceFile, type: ts.TypeNode): string {
  return ts.isArrayTypeNode(type) ? elementName(source, type.elementType) : type.getText(source);
}
