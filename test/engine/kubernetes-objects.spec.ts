import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { WindowsCluster } from "../support/kubernetes/windows-cluster";
import { SandboxStack, type Step } from "../support/sandbox-stack";
import { eventually } from "../support/traffic";

const CODE = "canary-of-a-config-map";

describe("objects of Kubernetes in a cluster that a program names", function () {
  this.timeout(240_000);
  const cluster = new WindowsCluster();
  const stack = new SandboxStack(join(__dirname, "programs/kubernetes-objects"));
  const { api, server, authority, token } = cluster.plane;
  const steps = async (): Promise<string[]> => {
    const printed = await stack.pulumi(["preview", "--json", "--stack", "dev"]);
    const { steps: all } = JSON.parse(printed) as { steps: Step[] };
    return all.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  };

  before(async () => {
    await cluster.start();
    await stack.create();
    const name = "there";
    const kubeconfig = JSON.stringify({
      "current-context": name,
      contexts: [{ name, context: { cluster: name, user: name } }],
      clusters: [
        { name, cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") } },
      ],
      users: [{ name, user: { token } }],
    });
    await stack.pulumi(["config", "set", "--secret", "kubeconfig", kubeconfig, "--stack", "dev"]);
    await stack.pulumi(["config", "set", "--secret", "code", CODE, "--stack", "dev"]);
  });
  after(async () => {
    await stack.remove();
    await cluster.stop();
  });

  it("go up, are found unchanged, and have addresses that were unknown before", async () => {
    await stack.up();
    expect(await stack.output("address")).to.match(/^10\.100\./);
    expect(await stack.output("ready")).to.equal("2");
    await stack.pulumi(["preview", "--refresh", "--expect-no-changes", "--stack", "dev"]);
  });

  it("keep what is secret in the state's encrypted part", async () => {
    const state = await stack.pulumi(["stack", "export", "--stack", "dev"]);
    expect(state).to.not.include(CODE).and.not.include(token);
  });

  it("are replaced where the plugin replaces them, and updated elsewhere", async () => {
    await stack.set("mode", "fast");
    await stack.set("version", "2");
    expect(await steps()).to.include.members(["replace settings", "update web"]);
    await stack.up();
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    expect((await cluster.runningPods("shop")).map(({ spec }) => JSON.stringify(spec)).join()).to.not.include("web:1");
  });

  it("are updated in place as soon as the provider says that they are mutable", async () => {
    await stack.set("mutable", "true");
    await stack.set("mode", "faster");
    expect(await steps()).to.include("update settings");
    await stack.up();
    expect(await api.expect("GET", "/api/v1/namespaces/shop/configmaps/web")).to.deep.include({
      data: { MODE: "faster", CODE },
    });
  });

  it("are waited for until Ctrl-C, and are right after the next `up`", async () => {
    await stack.set("os", "plan9");
    const up = stack.startUp();
    const ended = once(up, "exit");
    await eventually("a pod that no node takes", 60, async () => (await cluster.reasonOfPending("shop")) !== "");
    // The command hands it on to Pulumi, because no terminal has done that.
    process.kill(up.pid!, "SIGINT");
    const [code] = (await ended) as [number | null];
    expect(code).to.not.equal(0);
    const state = await stack.pulumi(["stack", "export", "--stack", "dev"]);
    expect(state).to.include("interrupted while waiting").and.not.include(CODE);
    await stack.set("os", "linux");
    await stack.up();
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("go down, and leave nothing in the cluster", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect((await api.call("GET", "/api/v1/namespaces/shop")).status).to.equal(404);
  });
});
