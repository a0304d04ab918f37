import type { PreviewReport } from "../model/report";

/** The model itself, for programs. */
export function renderJson(report: PreviewReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
