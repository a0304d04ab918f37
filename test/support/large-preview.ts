import { previewFixture } from "./preview-fixtures";

interface LargePreview {
  steps: Record<string, unknown>[];
  changeSummary: Record<string, number>;
}

/**
 * A preview of so many resources: recorded steps of the reference stack, each update again and again under other names,
 * each depending on the one before.
 */
export function largePreview(resources: number): string {
  const recorded = JSON.parse(previewFixture("done-when")) as LargePreview;
  const custom = recorded.steps.filter(({ op, urn }) => op === "update" && String(urn).includes("$azure-native:"));
  const steps = Array.from({ length: resources }, (_, index) => {
    const text = JSON.stringify(custom[index % custom.length]);
    return JSON.parse(text.replaceAll(/::(orders-[a-z-]+)"/g, `::$1-${String(index).padStart(4, "0")}"`)) as Record<
      string,
      unknown
    >;
  });
  return JSON.stringify({ ...recorded, steps, changeSummary: { update: resources } });
}
