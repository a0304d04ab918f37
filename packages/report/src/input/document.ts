import { PreviewError } from "./preview-error";
import { readStream } from "./stream";
import { isObject, Mask, messageWithoutSecrets, withoutSecrets, type Json, type JsonObject } from "./values";

/** A resource as it was or as it will be, with nothing in it that must not be shown. */
export interface ResourceState {
  urn: string;
  type: string;
  /** False for components, which only group resources. */
  custom: boolean;
  id?: string;
  inputs: JsonObject;
  outputs: JsonObject;
  parent?: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  retainOnDelete: boolean;
}

/** One step of the engine. */
export interface Step {
  op: string;
  urn: string;
  before?: ResourceState;
  after?: ResourceState;
  /** What the provider said about single properties. */
  differences: { path: string; kind: string }[];
  /** Properties that force a replacement, as far as they are named. */
  replaceReasons: string[];
}

export interface Diagnostic {
  severity: "error" | "warning";
  message: string;
}

/** What `pulumi preview --json` printed. */
export interface PreviewDocument {
  steps: Step[];
  diagnostics: Diagnostic[];
  /** How many resources the engine left as they are, also where the document doesn't show them; missing if unsaid. */
  sames?: number;
  /** False for a stream of events, which tells nobody's dependencies. */
  knowsDependencies: boolean;
}

const HOW = "Run `pulumi preview --json --show-sames --show-replacement-steps > preview.json`";

/** Reads a preview: the text that the CLI printed, a stream of events, or what either of them parses to. */
export function readDocument(source: unknown): PreviewDocument {
  const document = typeof source === "string" ? parse(source) : source;
  if (Array.isArray(document)) return toPreview(readStream(document), false);
  if (!isObject(document)) throw new PreviewError(`The preview is ${kindOf(document)}, not an object. ${HOW}`);
  if ("deployment" in document) {
    throw new PreviewError(`This is an exported state (it has a deployment), not a preview. ${HOW}`);
  }
  const isEmpty = ["steps", "diagnostics", "changeSummary", "config"].every((name) => document[name] === undefined);
  if (isEmpty) throw new PreviewError(`The preview has no steps, diagnostics or changeSummary. ${HOW}`);
  return toPreview(document, true);
}

function parse(text: string): unknown {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") throw new PreviewError(`The preview is empty. ${HOW}`);
  try {
    return JSON.parse(trimmed);
  } catch (error) {
    const events = parseLines(trimmed);
    if (events) return events;
    throw new PreviewError(`The preview isn't JSON: ${(error as Error).message}. ${HOW}`, { cause: error });
  }
}

/** One event a line, as the streaming form has it; undefined when a line is something else. */
function parseLines(text: string): unknown[] | undefined {
  try {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.length > 1 ? lines.map((line) => JSON.parse(line) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function toPreview(document: JsonObject, knowsDependencies: boolean): PreviewDocument {
  const { steps = [], diagnostics = [], changeSummary } = document;
  if (!Array.isArray(steps) || !Array.isArray(diagnostics)) {
    throw new PreviewError(`The preview's steps and diagnostics must be lists. ${HOW}`);
  }
  const sames = isObject(changeSummary) ? (changeSummary["same"] ?? 0) : undefined;
  const mask = new Mask();
  return {
    steps: steps.map((step, index) => toStep(step, index, mask)),
    diagnostics: diagnostics.flatMap(toDiagnostic),
    ...(typeof sames === "number" ? { sames } : {}),
    knowsDependencies,
  };
}

function toStep(step: Json, index: number, mask: Mask): Step {
  if (!isObject(step) || typeof step["urn"] !== "string" || typeof step["op"] !== "string") {
    throw new PreviewError(`The preview's steps[${index}] has no op and urn. ${HOW}`);
  }
  const { op, urn, oldState, newState, detailedDiff, replaceReasons } = step;
  return {
    op,
    urn,
    ...(isObject(oldState) ? { before: toResource(oldState, urn, mask) } : {}),
    ...(isObject(newState) ? { after: toResource(newState, urn, mask) } : {}),
    differences: Object.entries(isObject(detailedDiff) ? detailedDiff : {}).map(([path, detail]) => ({
      path,
      kind: isObject(detail) && typeof detail["kind"] === "string" ? detail["kind"] : "update",
    })),
    replaceReasons: strings(replaceReasons),
  };
}

/** A resource of a step, or of a state. */
export function toResource(state: JsonObject, urn: string, mask: Mask): ResourceState {
  const { type, id, custom, inputs, outputs, parent, dependencies, propertyDependencies, protect, retainOnDelete } =
    state;
  let shown: JsonObject | undefined;
  const token = typeof type === "string" ? type : (urn.split("::").at(-2)?.split("$").at(-1) ?? "");
  return {
    urn,
    type: token,
    // A stream of events doesn't say it; a component has no provider and no id.
    custom: typeof custom === "boolean" ? custom : typeof state["provider"] === "string" && state["provider"] !== "",
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    inputs: toProperties(inputs, mask),
    // Large, and hardly ever asked for.
    get outputs() {
      return (shown ??= toProperties(outputs, mask));
    },
    ...(typeof parent === "string" && parent !== "" ? { parent } : {}),
    dependencies: strings(dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(isObject(propertyDependencies) ? propertyDependencies : {}).map(([name, urns]) => [
        name,
        strings(urns),
      ]),
    ),
    protect: protect === true,
    retainOnDelete: retainOnDelete === true,
  };
}

function toProperties(value: Json | undefined, mask: Mask): JsonObject {
  return isObject(value) ? (withoutSecrets(value, mask) as JsonObject) : {};
}

function toDiagnostic(diagnostic: Json): Diagnostic[] {
  if (!isObject(diagnostic)) return [];
  const { severity, message } = diagnostic;
  if (typeof message !== "string" || (severity !== "error" && severity !== "warning")) return [];
  return [{ severity, message: messageWithoutSecrets(message).trim() }];
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
