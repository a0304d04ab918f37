import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPrograms, isAlive, testControlPlane } from "../support/kubernetes/control-plane";

const CONTROL_PLANE = join(__dirname, "../../packages/sandbox/dist/kubernetes/control-plane");

describe("the sandbox's control plane", function () {
  this.timeout(120_000);
  const { plane, options, remove } = testControlPlane();
  const configMap = { metadata: { name: "kept" }, data: { a: "b" } };

  before(() => plane.start());
  after(async () => {
    await plane.stop();
    remove();
  });

  it("answers to whoever has its own token, by TLS of its own authority", async () => {
    expect((await plane.api.call("GET", "/readyz")).status).to.equal(200);
    const nodes = new URL("/api/v1/nodes", plane.server);
    expect(await statusFor({ ca: plane.authority, token: plane.token }, nodes)).to.equal(200);
    expect(await statusFor({ ca: plane.authority, token: `x${plane.token.slice(1)}x` }, nodes)).to.equal(401);
    expect(await statusFor({ token: plane.token }, nodes)).to.match(/self-signed|unable to verify/);
  });

  it("lets nobody into its store without a certificate of that authority", async () => {
    const store = new URL(plane.server.replace(":6443", ":2379/version"));
    expect(await statusFor({ ca: plane.authority }, store)).to.match(/certificate required|alert|reset|hang up/i);
  });

  it("keeps token and keys from other users of the computer", () => {
    for (const file of ["secrets.json", "tokens.csv", "kubeconfig.json", "server-key.pem", "accounts.key"]) {
      expect(statSync(join(options.folder, file)).mode & 0o077, file).to.equal(0);
    }
  });

  it("starts a program again that ends by itself", async () => {
    const [victim] = plane.processIds.slice(-1);
    process.kill(victim!, "SIGKILL");
    await plane.until("another one runs", 20, async () => !plane.processIds.includes(victim!));
    expect(plane.processIds.filter(isAlive)).to.have.length(6);
  });

  it("leaves no program running, and comes back with its objects and its token", async () => {
    await plane.api.expect("POST", "/api/v1/namespaces/default/configmaps", configMap);
    const { processIds, token } = plane;
    expect(processIds.filter(isAlive), "etcd, four of Kubernetes and kwok, and what keeps them").to.have.length(6);
    await plane.stop();
    expect(processIds.filter(isAlive)).to.deep.equal([]);
    await plane.start();
    expect(plane.token).to.equal(token);
    expect((await plane.api.call("GET", "/api/v1/namespaces/default/configmaps/kept")).status).to.equal(200);
  });

  it("says what a program said that ends instead of starting, and leaves nothing running", async () => {
    const programs = { ...findPrograms(process.env)!, "kube-apiserver": "/bin/false" };
    const broken = testControlPlane({ programs });
    const failure = await broken.plane.start().then(
      () => "it started",
      (error: Error) => error.message,
    );
    expect(failure).to.match(/the API server is ready: kube-apiserver ended \(exit code 1\)/);
    expect(broken.plane.processIds).to.deep.equal([]);
    broken.remove();
  });

  it("ends with who started it, however that ends", async () => {
    const { options, remove: removeOther } = testControlPlane();
    const program = `
      const { ControlPlane } = require(${JSON.stringify(CONTROL_PLANE)});
      const plane = new ControlPlane({ ...${JSON.stringify(options)}, log() {} });
      plane.start().then(() => process.send(plane.processIds));
    `;
    const parent = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const [processIds] = (await once(parent, "message")) as [number[]];
    expect(processIds.filter(isAlive)).to.have.length(6);
    parent.kill("SIGKILL");
    for (let waited = 0; processIds.some(isAlive) && waited < 10_000; waited += 50) await sleep(50);
    expect(processIds.filter(isAlive)).to.deep.equal([]);
    removeOther();
  });
});

/** What the API server, or its store, answers to a caller; or why there is no answer. */
function statusFor({ ca, token }: { ca?: string; token?: string }, url: URL): Promise<number | string> {
  return new Promise((resolve) => {
    request(url, { agent: false, ...(ca && { ca }), ...(token && { headers: { authorization: `Bearer ${token}` } }) })
      .on("response", (answer) => resolve(answer.resume().statusCode!))
      .on("error", (error) => resolve(error.message))
      .end();
  });
}
