import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { askHttp } from "../../../../packages/sandbox/src/load-balancer";
import { Prober } from "../../../../packages/sandbox/src/load-balancer/prober";
import { HealthWatch, readHealthSettings } from "../../../../packages/sandbox/src/machines/health-extension";
import { selfSigned } from "../../../support/self-signed";
import { until } from "./asking";

const ADDRESS = "127.0.0.1";

describe("sandbox: questions by https", () => {
  let server: Server;
  let port: number;
  before(async () => {
    // Of another name, and of an issuer whom nobody knows: neither matters to Azure's questions.
    server = createServer(selfSigned("somebody-else.example"), (request, response) => {
      response.writeHead(request.url === "/draining" ? 503 : 200).end('{"ApplicationHealthState":"Healthy"}');
    }).listen(0, ADDRESS);
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const probe = async (protocol: "http" | "https", path: string): Promise<string> => {
    const changes: string[] = [];
    const prober = new Prober({
      probe: { protocol, port, path, intervalMs: 20, threshold: 1 },
      address: ADDRESS,
      reachable: () => true,
      non200AtOnce: false,
      onChange: (state, reason) => changes.push(`${state}: ${reason}`),
    });
    try {
      await until("an answer to the probe", () => changes.length > 0);
      return changes[0]!;
    } finally {
      prober.stop();
    }
  };

  it("are answered by a service with any certificate", async () => {
    expect(await askHttp(ADDRESS, port, "/", 2_000, "https")).to.include({ status: 200 });
  });

  it("of the balancer's probe take 200 for ready, and nothing else", async () => {
    expect(await probe("https", "/ready")).to.equal("up: the probe succeeded");
    expect(await probe("https", "/draining")).to.equal("down: /draining answered 503");
  });

  it("are another thing than plain ones, which a service with TLS doesn't answer", async () => {
    expect(await probe("http", "/ready")).to.match(/^down: /);
  });

  it("of the health extension read the state from the body", async () => {
    const settings = { protocol: "https", port, requestPath: "/health", intervalInSeconds: 0.02, numberOfProbes: 1 };
    const watch = new HealthWatch(readHealthSettings({ typeHandlerVersion: "2.0", settings }), ADDRESS);
    try {
      expect(await watch.fresh(3_000, new AbortController().signal)).to.equal("healthy");
    } finally {
      watch.stop();
    }
  });
});
