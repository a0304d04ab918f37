/** The page's style sheet: light and dark, for a phone and a wide screen, for paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f8fa; --text: #1f2328; --dim: #57606a; --line: #d0d7de;
  --link: #0550ae; --red: #b3261e; --orange: #8a4b00; --green: #1a6334; --blue: #0b57a4; --grey: #57606a;
  --red-fill: #fbe3e1; --orange-fill: #fdeccf; --green-fill: #dcf2e3; --blue-fill: #dcebfb; --grey-fill: #eceff2; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --text: #e6edf3; --dim: #9aa4af;
  --line: #3d444d; --link: #79b8ff; --red: #ff9d95; --orange: #f5b95f; --green: #7ee2a0; --blue: #8cc2ff; --grey: #a5afba;
  --red-fill: #46201e; --orange-fill: #43300f; --green-fill: #153823; --blue-fill: #12304f; --grey-fill: #262c34; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.1rem; margin: 0; color: var(--dim); font-weight: 600; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.verdict { font-size: 1.35rem; line-height: 1.35; font-weight: 600; margin: .25rem 0 1rem; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: 0; padding: .75rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
dt { color: var(--dim); } dd { margin: 0; }
.good::before { content: "✓ "; color: var(--green); } .bad::before { content: "⚠ "; color: var(--orange); }
ul.findings { list-style: none; margin: 0; padding: 0; }
ul.findings li { border-left: 4px solid var(--grey); background: var(--card); padding: .4rem .75rem; margin: .35rem 0; }
ul.findings li.error { border-color: var(--red); } ul.findings li.warning { border-color: var(--orange); }
.level { font-weight: 600; }
.error > .level { color: var(--red); } .warning > .level { color: var(--orange); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }
input, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--dim); border-radius: 6px;
  padding: .35rem .6rem; min-height: 2.5rem; }
input { flex: 1 1 14rem; min-width: 0; }
button { cursor: pointer; } button[aria-pressed="false"] { color: var(--dim); text-decoration: line-through; }
details.change { border: 1px solid var(--line); border-radius: 8px; margin: .4rem 0; background: var(--card); }
details.change > summary { cursor: pointer; padding: .5rem .75rem; }
details.change > div { padding: 0 .75rem .75rem; }
[hidden] { display: none !important; }
.name { font-weight: 600; } .type, .why { color: var(--dim); }
.effect { display: inline-block; min-width: 8.5rem; text-align: center; padding: 0 .5rem; margin-right: .5rem; border-radius: 999px;
  font-size: .85rem; font-weight: 600; background: var(--grey-fill); color: var(--grey); }
.effect.refused, .effect.deletes, .effect.replaces, .effect.interrupts { background: var(--red-fill); color: var(--red); }
.effect.rolls { background: var(--orange-fill); color: var(--orange); }
.effect.creates { background: var(--green-fill); color: var(--green); }
.effect.inPlace { background: var(--blue-fill); color: var(--blue); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
td.value, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85em; }
pre { white-space: pre-wrap; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; }
.diagram { border: 1px solid var(--line); border-radius: 8px; padding: .5rem; background: var(--card); }
.diagram svg { display: block; max-width: none; }
.diagram text { fill: var(--text); font-size: 10px; }
caption { text-align: left; font-weight: 600; }
.diagram path, .diagram polygon { stroke: var(--dim); } .diagram .edge polygon { fill: var(--dim); }
.diagram .node path { fill: var(--page); }
.diagram .node:is(.refused, .deletes, .replaces, .interrupts) path { fill: var(--red-fill); stroke: var(--red); stroke-width: 2; }
.diagram .node.rolls path { fill: var(--orange-fill); stroke: var(--orange); stroke-width: 2; }
.diagram .node.creates path { fill: var(--green-fill); stroke: var(--green); stroke-width: 2; }
.diagram .node.inPlace path { fill: var(--blue-fill); stroke: var(--blue); stroke-width: 2; }
.diagram .node.unknown path { fill: var(--grey-fill); stroke: var(--grey); stroke-dasharray: 4; stroke-width: 2; }
footer { margin: 2rem 0 1rem; color: var(--dim); font-size: .9rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  thead { position: absolute; left: -100rem; } tr { display: block; border-bottom: 1px solid var(--line); padding: .3rem 0; }
  td, th[scope="row"] { display: block; border: 0; padding: 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--dim); font-family: system-ui, sans-serif; } }
@media print { .tools, .skip { display: none; } }
`;
