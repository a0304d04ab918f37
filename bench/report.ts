import {
  readPreview,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
  type PreviewReport,
} from "@windows-ha/report";
import { largePreview } from "../test/support/large-preview";
import { median, type Benchmark, type Figure } from "./figure";

const RESOURCES = 1000;
const ROUNDS = 7;
/** Of processor time, which other programs on the computer don't lengthen much. */
const LIMIT_SECONDS = 1;

const RENDERERS: Record<string, (report: PreviewReport) => string | Promise<string>> = {
  terminal: (report) => renderTerminal(report),
  markdown: (report) => renderMarkdown(report),
  html: renderHtml,
  json: renderJson,
};

/** A preview of 1,000 resources that all change: how long a report takes, and how large it is. */
export const report: Benchmark = async () => {
  const preview = largePreview(RESOURCES);
  const times: number[] = [];
  const sizes: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const read = readPreview(preview);
    for (const [format, render] of Object.entries(RENDERERS)) sizes[format] = Buffer.byteLength(await render(read));
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  return [
    { name: "report on 1000 resources, first round", value: times[0]!, unit: "s", limit: LIMIT_SECONDS },
    { name: "report on 1000 resources, median", value: median(times), unit: "s", limit: LIMIT_SECONDS },
    size("markdown", sizes, 60),
    size("html", sizes, 1500),
  ];
};

function size(format: string, sizes: Record<string, number>, limit: number): Figure {
  return { name: `report on 1000 resources, ${format}`, value: sizes[format]! / 1000, unit: "kB", limit };
}
