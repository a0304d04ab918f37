import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CONSUL_AGENT_PATH, CONSUL_BOOTSTRAP_SCRIPT, CONSUL_SPEC_PATH } from "@windows-ha/spec";

const AGENT = '#!/bin/sh\necho "ran $*"\n';
const SHA256 = createHash("sha256").update(AGENT).digest("hex");
const CLIENT_ID = "11111111-2222-3333-4444-555555555555";

/** The script itself, by a real shell and curl; the metadata service and the store are a server on loopback. */
describe("the first start of a Consul server", function () {
  this.timeout(30_000);
  let folder: string;
  let server: Server;
  let refusals: number;
  let asked: { path: string; headers: IncomingHttpHeaders }[];

  before(async function () {
    if (platform() !== "linux") this.skip();
    server = createServer(({ url = "", headers }, response) => {
      asked.push({ path: url.split("?")[0]!, headers });
      if (url.startsWith("/metadata/")) response.end('{"access_token":"canary-token","expires_in":"3599"}');
      else if (refusals-- > 0) response.writeHead(403).end();
      else response.end(AGENT);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server?.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "wha-bootstrap-"));
    asked = [];
    refusals = 0;
    command("sleep", "exit 0");
    command("mountpoint", "exit 0");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const command = (name: string, text: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

  async function boot(sha256: string, clientId: string): Promise<{ code: number; said: string }> {
    const script = CONSUL_BOOTSTRAP_SCRIPT.replaceAll(CONSUL_AGENT_PATH, join(folder, "agent")).replace(
      "http://169.254.169.254",
      base(),
    );
    writeFileSync(join(folder, "bootstrap"), script, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    const child = spawn(join(folder, "bootstrap"), [`${base()}/agent`, sha256, clientId], { env });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, "close")) as [number];
    return { code, said };
  }

  it("hands over to the agent, which anybody may download", async () => {
    expect(await boot(SHA256, "-")).to.deep.equal({ code: 0, said: `ran consul install --spec ${CONSUL_SPEC_PATH}\n` });
    expect(asked.map(({ path }) => path)).to.deep.equal(["/agent"]);
  });

  it("asks by its identity, again until the role counts, and shows the token to nobody", async () => {
    refusals = 2;
    const { code, said } = await boot(SHA256, CLIENT_ID);
    expect(code, said).to.equal(0);
    const downloads = asked.filter(({ path }) => path === "/agent");
    expect(downloads).to.have.length(3);
    for (const { headers } of downloads) {
      expect(headers).to.include({ authorization: "Bearer canary-token", "x-ms-version": "2021-12-02" });
    }
    expect(said).to.not.include("canary-token");
  });

  it("runs no program with another hash", async () => {
    const { code, said } = await boot("0".repeat(64), "-");
    expect(code).to.equal(30);
    expect(said).to.include("does not have the declared SHA-256").and.not.include("ran ");
  });

  it("gives up on a store that never answers", async () => {
    refusals = 1000;
    const { code, said } = await boot(SHA256, "-");
    expect(code).to.equal(1);
    expect(said).to.include("can't be downloaded");
    expect(asked).to.have.length(40);
  });

  it("begins nothing anew where the data disk isn't there", async () => {
    command("mountpoint", "exit 32");
    const { code, said } = await boot(SHA256, "-");
    expect(code).to.equal(1);
    expect(said).to.include("data disk").and.not.include("ran ");
  });
});
