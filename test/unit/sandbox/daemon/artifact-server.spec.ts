import { expect } from "chai";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { request } from "node:http";
import { join } from "node:path";
import { startArtifactServer, type ArtifactServer } from "../../../../packages/sandbox/src/daemon/artifact-server";
import { failureOf, temporaryFolder } from "./support";

const SHA = "ab".repeat(32);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Sends a path exactly as given: `fetch` would tidy it first. */
async function ask(
  block: number,
  port: number,
  path: string,
  method = "GET",
): Promise<{ status: number; length?: string; body: string }> {
  const asking = request({ host: `127.${block}.0.1`, port, path, method, agent: false }).end();
  const [response] = (await once(asking, "response")) as [import("node:http").IncomingMessage];
  const chunks = await response.toArray();
  return {
    status: response.statusCode!,
    length: response.headers["content-length"],
    body: Buffer.concat(chunks).toString(),
  };
}

describe("the artifact server", function () {
  let port: number;
  let server: ArtifactServer;
  const folder = temporaryFolder();

  before(function () {
    if (process.platform === "darwin") this.skip();
  });
  beforeEach(async () => {
    mkdirSync(join(folder(), SHA));
    writeFileSync(join(folder(), SHA, "orders service.exe"), "the program");
    writeFileSync(join(folder(), "secret"), "not an artifact");
    port = await freePort();
    server = await startArtifactServer(folder(), 201, port);
  });
  afterEach(() => server.close());

  it("serves a published file, whose name may need escaping", async () => {
    const answer = await ask(server.block, port, `/artifacts/${SHA}/orders%20service.exe`);
    expect(answer).to.deep.equal({ status: 200, length: "11", body: "the program" });
  });

  it("answers HEAD with the size alone", async () => {
    const answer = await ask(server.block, port, `/artifacts/${SHA}/orders%20service.exe`, "HEAD");
    expect(answer).to.deep.equal({ status: 200, length: "11", body: "" });
  });

  for (const path of [
    "/",
    "/artifacts/",
    `/artifacts/${SHA}`,
    `/artifacts/${SHA}/`,
    `/artifacts/${SHA}/..%2f..%2fsecret`,
    `/artifacts/${SHA}/../secret`,
    `/artifacts/${SHA}/%2e%2e`,
    `/artifacts/${SHA}/%00`,
    `/artifacts/${SHA}/%zz`,
    "/artifacts/secret/secret",
  ]) {
    it(`finds nothing under ${path}`, async () => {
      expect((await ask(server.block, port, path)).status).to.equal(404);
    });
  }

  it("takes nothing in", async () => {
    expect((await ask(server.block, port, `/artifacts/${SHA}/x`, "PUT")).status).to.equal(405);
  });

  it("moves on to the next block when another sandbox has the wanted one", async () => {
    const second = await startArtifactServer(folder(), 201, port);
    expect(second.block).to.equal(202);
    await second.close();
  });

  it("says what is in the way when no block is free", async () => {
    await server.close();
    const greedy = createServer().listen(port, "0.0.0.0");
    await once(greedy, "listening");
    const failure = await failureOf(startArtifactServer(folder(), 201, port));
    greedy.close();
    expect(failure.message).to.contain(`another program listens on 0.0.0.0:${port}`);
  });
});
