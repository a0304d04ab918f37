import { isObject, type Json, type JsonObject } from "./values";

/**
 * The events of `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json`, in the form of the document that the
 * CLI prints without it. Events tell no dependencies.
 */
export function readStream(events: readonly unknown[]): JsonObject {
  const steps: Json[] = [];
  const diagnostics: Json[] = [];
  let changeSummary: Json = null;
  for (const event of events.filter(isObject)) {
    const { resourcePreEvent, diagnosticEvent, summaryEvent } = event;
    if (isObject(resourcePreEvent) && isObject(resourcePreEvent["metadata"])) {
      steps.push(stepOf(resourcePreEvent["metadata"]));
    }
    if (isObject(diagnosticEvent)) diagnostics.push(diagnosticEvent);
    if (isObject(summaryEvent)) changeSummary = summaryEvent["resourceChanges"] ?? null;
  }
  return { steps, diagnostics, changeSummary };
}

function stepOf({ op, urn, old, new: next, keys, detailedDiff }: JsonObject): JsonObject {
  return {
    op: op ?? null,
    urn: urn ?? null,
    oldState: old ?? null,
    newState: next ?? null,
    replaceReasons: keys ?? null,
    detailedDiff: isObject(detailedDiff) ? Object.fromEntries(Object.entries(detailedDiff).map(kindOf)) : null,
  };
}

/** An event spells the same word `diffKind`. */
function kindOf([path, detail]: [string, Json]): [string, Json] {
  return [path, isObject(detail) ? { kind: detail["diffKind"] ?? detail["kind"] ?? null } : null];
}
