import { expect } from "chai";
import fc from "fast-check";
import {
  PreviewError,
  readPreview,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTerminal,
  type PreviewReport,
} from "@windows-ha/report";
import { largePreview } from "../../support/large-preview";
import { fixture, updating } from "./support";

/** What breaks out of one format or another, put together in every order. */
const HOSTILE = fc
  .array(
    fc.constantFrom(
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "</details>",
      "</style>",
      "</script>",
      "-->",
      "]]>",
      "\"'",
      "`",
      "```",
      "~~~",
      "\n```\n",
      "|",
      "\n| a |",
      "[x](javascript:alert(1))",
      "![](https://example.com/x)",
      "@someone",
      "#1",
      "https://example.com",
      "www.example.com",
      "\u001b[2J",
      "\u009b31m",
      "\u202e",
      "\u200b",
      "\r\n",
      "\u0000",
      "\ud800",
      "&lt;",
      "&#60;",
      "\\",
      "\\N",
      '"];x["',
      "end",
      "%%{init: {}}%%",
      "::",
      "constructor",
      "__proto__",
      "$&",
      "${x}",
      "secret",
      "🙂",
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));
const VALUE = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    HOSTILE,
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(HOSTILE, fc.string()), tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** Every format, checked for what must be nowhere in it. */
async function render(report: PreviewReport): Promise<void> {
  const [terminal, markdown, html] = [
    renderTerminal(report, { details: true }),
    renderMarkdown(report),
    await renderHtml(report),
  ];
  // eslint-disable-next-line no-control-regex -- that there is none is what is tested
  const invisible = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ud800](?![\udc00-\udfff])/;
  for (const text of [terminal, markdown, html]) expect(text).not.to.match(invisible);
  expect(markdown)
    .not.to.match(/<(?!\/?(details|summary|code|br)>|br\/>)/)
    .and.not.to.match(/\]\(/);
  expect(markdown.match(/^```/gm)?.length ?? 0).to.be.oneOf([0, 2]);
  expect(count(markdown, "<details>")).to.equal(count(markdown, "</details>"));
  const outside = markdown.replaceAll(/```[^]*?```|`[^`\n]*`|<code>[^]*?<\/code>/g, "");
  expect(outside).not.to.match(/https?:\/\/|www\.|@[a-z]|(?<!&)#\d/i);
  expect(count(html, "<script>"), "scripts").to.equal(1);
  expect(html).not.to.match(/<img|<iframe|<[a-z][^>]*\s(on\w+=|src=|href="(?!#))/i);
  expect(renderJson(report)).to.equal(renderJson(report));
  expect(renderMarkdown(report)).to.equal(markdown);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe("reports on hostile previews", function () {
  this.timeout(60_000);

  it("show whatever names and values as text", async () => {
    await fc.assert(
      fc.asyncProperty(
        HOSTILE,
        HOSTILE,
        VALUE,
        VALUE,
        fc.constantFrom("create", "update", "replace", "delete"),
        async (name, key, before, after, op) => {
          const urn = `urn:pulumi:${name}::${name}::azure-native:network:LoadBalancer::${name}`;
          const other = `${urn}${key}`;
          const state = (value: unknown) => ({
            urn,
            type: "azure-native:network:LoadBalancer",
            custom: true,
            inputs: { [key]: value, probes: value },
            dependencies: [other],
          });
          await render(
            readPreview({
              steps: [
                {
                  op,
                  urn,
                  oldState: state(before),
                  newState: state(after),
                  detailedDiff: { [key]: { kind: "update-replace" } },
                },
                {
                  op: "update",
                  urn: other,
                  oldState: { ...state(before), urn: other },
                  newState: { ...state(after), urn: other },
                },
              ],
              diagnostics: [{ severity: "warning", message: name }],
            }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("read recorded previews with anything in any place, or say that they can't", async () => {
    const recorded = fixture("done-when");
    const places = placesOf(recorded);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), VALUE, async (place, value) => {
        const report = attempt(withValue(recorded, place, value));
        if (report) await render(report);
      }),
      { numRuns: 150 },
    );
  });

  it("read any text, or say that they can't", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void attempt(text)),
      { numRuns: 500 },
    );
  });

  it("never show what may be a secret", async () => {
    const canary = "c4n4ry";
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: canary,
      ciphertext: canary,
    };
    const key = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`;
    const inputs = (more: string) => ({
      marked: secret,
      nested: [{ deep: secret }],
      adminPassword: canary + more,
      osProfile: { customData: canary + more, secrets: [canary + more] },
      connectionString: canary + more,
      url: `https://example.com/a?sv=1&sig=${canary}abcdef${more}`,
      text: key + more,
    });
    const report = updating("compute:VirtualMachine", inputs("1"), inputs("2"));
    const texts = [
      renderTerminal(report, { details: true }),
      renderMarkdown(report),
      await renderHtml(report),
      renderJson(report),
    ];
    for (const text of texts) expect(text).not.to.contain(canary);
    expect(report.changes[0]!.properties.map(({ path }) => path)).to.include.members([
      "adminPassword",
      "osProfile.customData",
      "url",
      "text",
    ]);
    const failed = readPreview({
      diagnostics: [{ severity: "error", message: `failed for ${key} at https://e/?sig=${canary}x` }],
    });
    expect(renderMarkdown(failed)).not.to.contain(canary);
  });
});

describe("reports on large previews", () => {
  const report = readPreview(largePreview(1000));

  it("hold every change, in a page of at most 1.5 MB", async () => {
    expect(report.changes).to.have.lengthOf(1000);
    const html = await renderHtml(report);
    expect(count(html, "<details class")).to.equal(1000);
    expect(Buffer.byteLength(html)).to.be.lessThan(1_500_000);
  });

  for (const maxBytes of [60_000, 20_000, 6_000, 2_000]) {
    it(`become a comment of at most ${maxBytes} bytes that says what it leaves out`, () => {
      const text = renderMarkdown(report, { maxBytes, fullReport: "the artifact report.html" });
      expect(Buffer.byteLength(text)).to.be.at.most(maxBytes);
      expect(text).to.match(
        /> \d+ parts of this report found no room in \d+ bytes\. The whole report: the artifact report\.html\n$/,
      );
      expect(text).to.contain("1000 updates");
      expect(text.match(/^```/gm)?.length ?? 0).to.be.oneOf([0, 2]);
      expect(count(text, "<details>")).to.equal(count(text, "</details>"));
    });
  }

  it("have a first screen of a few lines all the same", () => {
    expect(report.verdict).to.equal(
      "1000 updates: machines, nodes or pods roll in 333 places (at the least orders-machines-0002: ≥ 2 of 3 serve, if all are healthy now).",
    );
    expect(renderTerminal(report).split("\n").length).to.be.lessThan(60);
  });

  it("draw no more than can be read", () => {
    expect(report.diagram.nodes).to.have.lengthOf(40);
    expect(report.diagram.leftOut).to.equal(960);
  });
});

function attempt(source: unknown): PreviewReport | undefined {
  try {
    return readPreview(source);
  } catch (error) {
    expect(error).to.be.instanceOf(PreviewError);
    return undefined;
  }
}

/** Paths to everything in the steps that change. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || path.length > 7) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))].filter(
    (one) => one.length > 0,
  );
}

function withValue(document: unknown, place: string[], value: unknown): unknown {
  const copy = structuredClone(document) as Record<string, unknown>;
  let holder: Record<string, unknown> = copy;
  for (const key of place.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  holder[place.at(-1)!] = value;
  return copy;
}
