import { createHash } from "node:crypto";
import type { PreviewReport } from "../../model/report";
import { titleOf } from "../terminal";
import { escaped } from "./html-text";
import { changesPart, diagnosticsPart, diagramPart, findingsPart, summaryPart, switchoverPart } from "./parts";
import { SCRIPT } from "./script";
import { STYLE } from "./style";
import { svg } from "./svg";

/** One file that loads nothing: nothing in it may run or load but its own script and style sheet. */
const POLICY = `default-src 'none'; script-src '${hash(SCRIPT)}'; style-src '${hash(STYLE)}'; base-uri 'none'; form-action 'none'`;

/** The whole report as one self-contained page. */
export async function renderHtml(report: PreviewReport): Promise<string> {
  const title = escaped(titleOf(report));
  const drawing = report.changes.length === 0 ? "" : await svg(report.diagram);
  const skip = report.changes.length === 0 ? "" : '<a class="skip" href="#changes">Skip to the changes</a>\n';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}: what the preview means</title>
<style>${STYLE}</style>
</head>
<body>
${skip}<header>
<h1>${title}</h1>
<p class="verdict">${escaped(report.verdict)}</p>
</header>
<main>
${summaryPart(report)}${diagnosticsPart(report)}${findingsPart(report)}${changesPart(report)}${switchoverPart(report)}${diagramPart(report, drawing)}</main>
<footer>Made by windows-ha from a Pulumi preview. Predictions come from what is declared; nobody has looked at the machines.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
