import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { expect } from "chai";
import { collectAnswers } from "../../../tools/lib/answers.mjs";

describe("asking every machine through the load balancer", () => {
  let server: Server;
  const never = new AbortController().signal;

  async function serve(answer: RequestListener): Promise<string> {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
  }
  afterEach(() => server.close());

  it("uses a new connection each time, until each machine has answered", async () => {
    const connections = new Set<number>();
    let requests = 0;
    const url = await serve((request, response) => {
      connections.add(request.socket.remotePort!);
      response.end(JSON.stringify({ machine: `machine-${[0, 0, 1, 0, 2][requests++ % 5]}` }));
    });
    const { machines } = await collectAnswers(url, 3, { timeoutSeconds: 10, signal: never });
    expect(Object.fromEntries(machines)).to.deep.equal({ "machine-0": 3, "machine-1": 1, "machine-2": 1 });
    expect(connections.size).to.equal(requests);
  });

  it("goes on after answers that are none", async () => {
    const bad: RequestListener[] = [
      (_, response) => response.writeHead(503).end(),
      (_, response) => response.end("<html>"),
      (_, response) => response.end("{}"),
      (request) => request.socket.destroy(),
    ];
    let requests = 0;
    const url = await serve((request, response) => {
      const answer = bad[requests++];
      if (answer) answer(request, response);
      else response.end('{"machine":"machine-0"}');
    });
    const { machines } = await collectAnswers(url, 1, { timeoutSeconds: 10, signal: never });
    expect([...machines.keys()]).to.deep.equal(["machine-0"]);
    expect(requests).to.equal(5);
  });

  it("gives up after its time, and says what it saw last", async () => {
    const url = await serve((_, response) => response.writeHead(503).end());
    const { machines, lastError } = await collectAnswers(url, 1, { timeoutSeconds: 0.5, signal: never });
    expect(machines.size).to.equal(0);
    expect(lastError).to.equal(`${url} answered 503`);
  });

  it("ends at once when it is interrupted", async () => {
    const url = await serve(() => undefined);
    const reason = new Error("interrupted");
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(reason), 100);
    const asked = collectAnswers(url, 1, { timeoutSeconds: 10, signal: interrupt.signal });
    expect(await asked.catch((error: Error) => error)).to.equal(reason);
    server.closeAllConnections();
  });
});
