import { expect } from "chai";
import { renderMarkdown, renderTerminal } from "@windows-ha/report";
import { changed, reportOf, stepOf, updating } from "./support";

describe("what changes in a resource", () => {
  const paths = (type: string, before: Record<string, unknown>, after: Record<string, unknown>): string[] =>
    updating(type, before, after).changes.flatMap(({ properties }) =>
      properties.map(({ path, kind }) => `${kind} ${path}`),
    );

  it("is said by the name of an item, not by its place", () => {
    const rule = (name: string, priority: number) => ({ name, priority });
    expect(
      paths(
        "network:NetworkSecurityGroup",
        { securityRules: [rule("a", 100), rule("c", 300)] },
        { securityRules: [rule("a", 100), rule("b", 200), rule("c", 301)] },
      ),
    ).to.deep.equal(['add securityRules["b"]', 'update securityRules["c"].priority']);
  });

  it("is said by the place where items have no names", () => {
    expect(paths("web:WebApp", { list: [{ a: 1 }, { a: 2 }] }, { list: [{ a: 1 }, { a: 3 }, { a: 4 }] })).to.deep.equal(
      ["update list[1].a", "add list[2]"],
    );
  });

  it("is also an order that changes, and a list of plain values", () => {
    const named = [{ name: "a" }, { name: "b" }];
    expect(paths("web:WebApp", { list: named }, { list: named.toReversed() })).to.deep.equal(["update list"]);
    expect(paths("web:WebApp", { zones: ["1", "2"] }, { zones: ["1"] })).to.deep.equal(["update zones"]);
  });

  it("is also what only the provider sees: a secret, and drift", () => {
    const detailedDiff = { "settings.value": { kind: "update", inputDiff: true } };
    const before = { settings: { value: "[secret]" } };
    const { changes } = updating("web:WebApp", before, before, { detailedDiff });
    expect(changes[0]!.properties[0]).to.include({ path: "settings.value", before: "[secret]", after: "[secret]" });
    const drifted = changed("done-when", ({ steps }) => {
      const step = steps.find(
        ({ op, urn }) => op === "update" && urn.endsWith("::orders-load-balancer") && urn.includes("network:"),
      )!;
      step.newState!.inputs = structuredClone(step.oldState!.inputs);
      (step.oldState!["outputs"] as { probes: { intervalInSeconds: number }[] }).probes[0]!.intervalInSeconds = 60;
    });
    const change = drifted.changes.find(({ name }) => name === "orders-load-balancer")!;
    expect(change.properties[0]).to.include({ before: "60", after: "5" });
  });

  it("is a whole list where it is a secret, with the place that the provider names", () => {
    const report = reportOf("done-when");
    expect(report.changes[0]!.properties.map(({ path }) => path)).to.deep.equal([
      "virtualMachineProfile.storageProfile.imageReference.sku",
      "virtualMachineProfile.extensionProfile.extensions[0].protectedSettings.commandToExecute",
    ]);
  });

  it("names the property that forces a replacement, and what comes first", () => {
    const [change] = reportOf("replace").changes;
    expect(change).to.include({ action: "replace", effect: "replaces", order: "new first" });
    expect(
      change!.properties.filter(({ forcesReplacement }) => forcesReplacement).map(({ path }) => path),
    ).to.deep.equal(["zones"]);
    const without = changed("replace", (document) => {
      document.steps = document.steps.filter(({ op }) => !["create-replacement", "delete-replaced"].includes(op));
    });
    expect(without.changes[0]!.order).to.equal(undefined);
    expect(without.interruptions[0]).to.include({ certainty: "possible" });
  });

  it("calls it an interruption when the old one goes first", () => {
    const report = changed("replace", (document) => document.steps.reverse());
    expect(report.changes[0]!.order).to.equal("old first");
    expect(report.interruptions[0]).to.include({ name: "orders-machines", certainty: "certain" });
    expect(report.verdict).to.contain("service is interrupted by orders-machines");
  });

  it("names what depends on something that goes, directly or not", () => {
    const report = changed("no-change", (document) => (stepOf(document, "Subnet").op = "replace"));
    expect(report.changes[0]!.dependents).to.deep.equal(["orders-load-balancer", "orders-machines"]);
    expect(renderTerminal(report)).to.contain("needed by orders-load-balancer and orders-machines");
    expect(renderMarkdown(report)).to.contain("needed by orders-load-balancer and orders-machines");
  });

  it("says that the engine won't delete what is protected", () => {
    const report = changed("destroy", (document) => (stepOf(document, "LoadBalancer").oldState!["protect"] = true));
    expect(report.findings.filter(({ rule }) => rule === "protected").map(({ message }) => message)).to.deep.equal([
      "orders-load-balancer is protected: the engine refuses to delete it",
    ]);
  });

  it("doesn't call it a deletion when the resource stays in Azure", () => {
    const report = changed(
      "destroy",
      (document) => (stepOf(document, "LoadBalancer").oldState!["retainOnDelete"] = true),
    );
    const change = report.changes.find(({ name }) => name === "orders-load-balancer")!;
    expect(change).to.include({ effect: "none" });
    expect(report.interruptions.map(({ name }) => name)).not.to.include("orders-load-balancer");
  });

  it("says that data goes with a disk", () => {
    const report = changed("destroy", (document) => {
      const step = stepOf(document, "LoadBalancer");
      step.oldState!.type = "azure-native:compute:Disk";
    });
    expect(report.findings.find(({ rule }) => rule === "data-loss")!.message).to.equal(
      "orders-load-balancer is deleted: its data is gone",
    );
  });
});
