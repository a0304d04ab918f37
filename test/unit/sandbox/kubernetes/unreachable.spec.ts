import { expect } from "chai";
import { kubernetesProvider } from "../../../../packages/sandbox/src/kubernetes";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { manifestOf } from "../../spec/aks/arguments";
import { refusal } from "../azure/harness";

/** Nobody listens on the first port. */
const SERVER = "https://127.0.0.1:1";

describe("objects of a cluster that doesn't answer", () => {
  const inputs = structuredClone(manifestOf("ConfigMap")) as unknown as PropertyMap;
  const request = {
    urn: "urn",
    name: "orders",
    type: "kubernetes:core/v1:ConfigMap",
    connection: "",
    id: "orders/orders",
    inputs,
    state: inputs,
    signal: new AbortController().signal,
  };
  const configured = (settings: PropertyMap = {}, server = SERVER) => {
    const provider = kubernetesProvider();
    const kubeconfig = JSON.stringify({
      "current-context": "gone",
      contexts: [{ name: "gone", context: { cluster: "gone" } }],
      clusters: [{ name: "gone", cluster: { server } }],
    });
    provider.configure("", { kubeconfig, ...settings });
    return provider;
  };

  it("are neither found, written nor deleted, and the error says what to do when it is gone for good", async () => {
    const provider = configured();
    for (const operation of [
      provider.read(request),
      provider.delete(request),
      provider.create({ ...request, preview: false }),
      provider.update({ ...request, oldInputs: inputs, news: inputs, preview: true }),
    ]) {
      expect((await refusal(operation)).message).to.match(
        /^the cluster at \S+ doesn't answer \(ECONNREFUSED\).*deleteUnrea/,
      );
    }
  });

  it("count as gone when the program says so", async () => {
    const provider = configured({ deleteUnreachable: true });
    expect(await provider.read(request)).to.equal(undefined);
    await provider.delete(request);
  });

  it("are compared by what was declared alone", async () => {
    const news = { ...inputs, data: { MODE: "fast" } };
    const { changes } = await configured().diffByTrial!({ ...request, oldInputs: inputs, news });
    expect([...changes.keys()].length).to.be.greaterThan(0);
  });

  it("are previewed where the sandbox can't run a cluster", async () => {
    const provider = configured({}, "https://aks.sandbox.invalid");
    const { outputs } = await provider.create({ ...request, preview: true });
    expect(outputs["data"]).to.deep.equal(inputs["data"]);
  });

  it("are never written by other ways than the plugin's default", () => {
    expect(() => configured({ enableServerSideApply: "false" })).to.throw("by server-side apply alone");
    expect(() => configured({ renderYamlToDirectory: "/tmp/x" })).to.throw("to an API server alone");
  });
});
