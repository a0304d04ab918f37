import { expect } from "chai";
import { replacingConfiguration } from "../../../../packages/sandbox/src/kubernetes/objects/other-cluster";

const kubeconfig = (server: string, token: string, current = "one"): string =>
  JSON.stringify({
    "current-context": current,
    contexts: ["one", "two"].map((name) => ({ name, context: { cluster: name, user: "me" } })),
    clusters: [
      { name: "one", cluster: { server } },
      { name: "two", cluster: { server: "https://two.example.com" } },
    ],
    users: [{ name: "me", user: { token } }],
  });
const ONE = kubeconfig("https://one.example.com", "a");

describe("another configuration of a kubernetes provider", () => {
  const replaced = replacingConfiguration;

  it("replaces its objects when it leads to another cluster", async () => {
    const moved = kubeconfig("https://moved.example.com", "a");
    expect(await replaced({ kubeconfig: ONE }, { kubeconfig: moved })).to.deep.equal(["kubeconfig"]);
    expect(await replaced({ kubeconfig: ONE }, { kubeconfig: ONE, context: "two" })).to.deep.equal(["context"]);
  });

  it("keeps them when only who asks, or how, is another", async () => {
    const renewed = kubeconfig("https://one.example.com", "b");
    expect(await replaced({ kubeconfig: ONE }, { kubeconfig: renewed })).to.deep.equal([]);
    expect(await replaced({ kubeconfig: ONE }, { kubeconfig: ONE, context: "one" })).to.deep.equal([]);
    expect(await replaced({ kubeconfig: ONE }, { kubeconfig: ONE, deleteUnreachable: "true" })).to.deep.equal([]);
  });

  it("does what clusterIdentifier says where a program has one", async () => {
    const moved = kubeconfig("https://moved.example.com", "a");
    const at = (text: string, clusterIdentifier: string) => ({ kubeconfig: text, clusterIdentifier });
    expect(await replaced(at(ONE, "shop"), at(moved, "shop"))).to.deep.equal([]);
    expect(await replaced(at(ONE, "shop"), at(ONE, "other"))).to.deep.equal(["clusterIdentifier"]);
  });
});
