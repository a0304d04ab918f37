import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { eventually } from "../support/traffic";

const DOMAIN = "orders.example.com";

interface Answer {
  status: number;
  /** Serial number of the certificate that answered. */
  serial: string;
}

describe("a production cluster, as it stands in examples", function () {
  this.timeout(240_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/production"));
  let url: string;
  let authority: string;
  let key: string;

  before(() => stack.create());
  after(() => stack.remove());

  /** Asks as a client would that trusts the authority and connects to the domain. */
  const ask = (authorization?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { host: DOMAIN, ...(authorization ? { authorization } : {}) };
      const options = { agent: false, ca: authority, servername: DOMAIN, headers, timeout: 5_000 } as const;
      const call = request(`${url}/orders`, options, (response) => {
        const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
        response.resume().on("end", () => resolve({ status: response.statusCode!, serial }));
      });
      call.on("timeout", () => call.destroy(new Error("no answer within 5 s")));
      call.on("error", reject);
      call.end();
    });

  it("comes up under the URNs that were reviewed, and answers over HTTPS to whoever has the key", async () => {
    await stack.setFiles();
    await stack.set("port", "8443");
    await stack.set("secretRefreshSeconds", "10");
    await stack.up();
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/production.urns"));
    url = await stack.output("url");
    expect(url).to.match(/^https:\/\/.*:8443$/);
    authority = await stack.output("authority");
    key = (await stack.pulumi(["stack", "output", "key", "--show-secrets", "--stack", "dev"])).trim();
    await eventually("an answer over HTTPS", 30, async () => (await ask(`Bearer ${key}`)).status === 200);
    expect((await ask()).status).to.equal(401);
    expect((await ask("Bearer wrong")).status).to.equal(401);
  });

  it("is predicted to cost what its README names", async () => {
    const { monthlyCost } = JSON.parse(await stack.output("prediction")) as { monthlyCost: { usdPerMonth: number } };
    expect(readFileSync(join(stack.project, "README.md"), "utf8")).to.contain(
      `about ${monthlyCost.usdPerMonth} USD a month`,
    );
  });

  it("has nothing to do when nothing changed, asked twice", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("takes up a renewed certificate on machines that are not touched", async () => {
    const former = await ask(`Bearer ${key}`);
    // The health extension judges a machine by three answers, 5 s apart.
    await eventually("machines that Azure knows to be healthy", 60, async () =>
      (await stack.machines()).every(({ health }) => health === "healthy"),
    );
    const machines = await stack.machines();
    const certificate = (await stack.resources()).find(
      ({ type }) => type === "tls:index/locallySignedCert:LocallySignedCert",
    );
    await stack.pulumi(["up", "--yes", "--skip-preview", "--replace", certificate!.urn, "--stack", "dev"]);
    await eventually("an answer by the renewed certificate", 60, async () => {
      const { status, serial } = await ask(`Bearer ${key}`);
      return status === 200 && serial !== former.serial;
    });
    expect(await stack.machines()).to.deep.equal(machines);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("goes down without leaving a resource or a machine", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
  });
});
