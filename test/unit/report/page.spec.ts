import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readPreview, renderHtml } from "@windows-ha/report";
import { AXE, startBrowser } from "../../support/browser";
import { largePreview } from "../../support/large-preview";
import { previewFixture } from "../../support/preview-fixtures";

const PAGES: Record<string, string> = {
  "done-when": previewFixture("done-when"),
  public: previewFixture("public"),
  "aks-change": previewFixture("aks-change"),
  errored: previewFixture("errored"),
  plain: previewFixture("plain"),
  large: largePreview(1000),
};
const DESK = { width: 1200, height: 900 };
const PHONE = { width: 390, height: 844 };

describe("the report's page in a browser", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-page-"));
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  before(async () => {
    for (const [name, preview] of Object.entries(PAGES)) {
      writeFileSync(join(folder, `${name}.html`), await renderHtml(readPreview(preview)));
    }
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await page?.close();
    expect(complaints.splice(0)).to.deep.equal([]);
  });

  /** Opens a page and writes down whatever the browser complains about or would load. */
  async function open(name: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
    page = await browser.newPage({ viewport: DESK, ...options });
    const file = pathToFileURL(join(folder, `${name}.html`)).href;
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on("request", (request) => request.url() === file || complaints.push(`loads ${request.url()}`));
    await page.goto(file);
    return page;
  }

  for (const name of Object.keys(PAGES).filter((one) => one !== "large")) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const viewport of [DESK, PHONE]) {
        it(`${name} meets axe's rules, ${colorScheme}, ${viewport.width} pixels wide`, async () => {
          // The page's own policy lets no other script in, axe's neither.
          await open(name, { colorScheme, viewport, bypassCSP: true });
          await page.evaluate(AXE);
          await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
          const found = await page.evaluate<{ id: string; html: string[] }[]>(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) })))",
          );
          expect(found).to.deep.equal([]);
        });
      }
    }
  }

  it("is dark for who wants it dark", async () => {
    const background = "getComputedStyle(document.body).backgroundColor";
    expect(await (await open("done-when")).evaluate(background)).to.equal("rgb(255, 255, 255)");
    await page.close();
    expect(await (await open("done-when", { colorScheme: "dark" })).evaluate(background)).to.equal("rgb(13, 17, 23)");
  });

  it("has nothing that is wider than a phone, but the diagram in its frame", async () => {
    for (const name of Object.keys(PAGES)) {
      await open(name, { viewport: PHONE });
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).to.be.at.most(PHONE.width);
      await page.close();
    }
  });

  it("shows what it was told, as text", async () => {
    await open("plain");
    expect(await page.locator("img, iframe, a:not(.skip)").count()).to.equal(0);
    expect(await page.locator(".name").allTextContents()).to.include(
      '<img src=x onerror=alert(1)> | `code` [link](javascript:alert(1)) @someone #1 "quoted" \\u{1b}[31mred\\u{202e}',
    );
    expect(await page.textContent("body")).not.to.contain("canary-7f3a9c");
  });

  it("filters by words and by effect, and says how many are left", async () => {
    await open("public");
    const shown = () => page.locator("details.change:visible .name").allTextContents();
    const status = () => page.textContent("#shown");
    expect(await shown()).to.have.lengthOf(5);
    await page.fill("#filter", "balancer delet");
    expect(await shown()).to.deep.equal(["orders-load-balancer"]);
    expect(await status()).to.equal("1 of 5 shown");
    await page.fill("#filter", "");
    await page.click('button[data-effect="creates"]');
    expect(await status()).to.equal("3 of 5 shown");
    await page.click('button[data-effect="creates"]');
    expect(await status()).to.equal("5 of 5 shown");
  });

  it("works by keys alone", async () => {
    await open("public");
    const focused = (): Promise<unknown> =>
      page.evaluate("document.activeElement.id || document.activeElement.className");
    await page.keyboard.press("Tab");
    expect(await focused()).to.equal("skip");
    await page.keyboard.press("Enter");
    await page.keyboard.press("/");
    expect(await focused()).to.equal("filter");
    await page.keyboard.type("firewall");
    expect(await page.textContent("#shown")).to.equal("1 of 5 shown");
    await page.keyboard.press("Escape");
    expect(await page.textContent("#shown")).to.equal("5 of 5 shown");
    await page.focus("details.change summary");
    await page.keyboard.press("Enter");
    expect(await page.locator("details.change[open]").count()).to.equal(1);
  });

  it("opens and closes all", async () => {
    await open("public");
    await page.click("#open-all");
    expect(await page.locator("details.change[open]").count()).to.equal(5);
    await page.click("#close-all");
    expect(await page.locator("details.change[open]").count()).to.equal(0);
  });

  it("has everything without its script", async () => {
    await open("done-when", { javaScriptEnabled: false });
    expect(await page.locator(".tools").isVisible()).to.equal(false);
    expect(await page.locator("details.change").count()).to.equal(3);
    await page.click("details.change summary");
    expect(await page.isVisible("text=virtualMachineProfile.storageProfile.imageReference.sku")).to.equal(true);
  });

  it("filters a thousand changes while one types", async () => {
    await open("large");
    await page.fill("#filter", "orders-firewall-0000");
    expect(await page.textContent("#shown")).to.match(/^\d+ of 1000 shown$/);
    expect(await page.locator("details.change:visible").count()).to.be.lessThan(1000);
  });
});
