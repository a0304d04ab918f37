import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { addressOf, type ApiObject } from "../../../../packages/sandbox/src/kubernetes/objects/api-object";
import { withoutIgnored } from "../../../../packages/sandbox/src/kubernetes/objects/ignored-fields";
import { liveInputs } from "../../../../packages/sandbox/src/kubernetes/objects/live-inputs";
import { Refusal, type Status } from "../../../../packages/sandbox/src/kubernetes/objects/refusal";
import { KUBERNETES_KINDS } from "../../../../packages/sandbox/src/kubernetes/kinds";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";

describe("objects of Kubernetes, between their declaration and the API server", () => {
  it("are found by the path of their kind", () => {
    const path = (token: string, name: string, namespace?: string): string =>
      addressOf(token, KUBERNETES_KINDS[token]!, name, namespace).path;
    expect(path(DEPLOYMENT, "web", "shop")).to.equal("/apis/apps/v1/namespaces/shop/deployments/web");
    expect(path("kubernetes:core/v1:Service", "web", "shop")).to.equal("/api/v1/namespaces/shop/services/web");
    expect(path(ROLE, "system:reader", "shop"), "of the whole cluster").to.equal(
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Areader",
    );
  });

  it("are refreshed with what was declared, as it is now, and nothing else", () => {
    const declared: PropertyMap = {
      metadata: { name: "web", labels: {} },
      spec: { replicas: 2, ports: [{ port: 80 }], hosts: ["a", "b"], gone: "yes" },
    };
    const live: PropertyMap = {
      metadata: { name: "web", uid: "1" },
      spec: { replicas: 3, ports: [{ port: 80, protocol: "TCP" }], hosts: ["a", "b", "c"] },
      status: {},
    };
    expect(liveInputs(declared, live)).to.deep.equal({
      metadata: { name: "web", labels: {} },
      spec: { replicas: 3, ports: [{ port: 80 }], hosts: ["a", "b", "c"] },
    });
  });

  describe("with ignored fields", () => {
    const manifest = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", annotations: { "example.com/note": "mine" } },
      spec: { replicas: 2 },
    } as ApiObject;
    const live = (manager: string): ApiObject => ({
      ...manifest,
      metadata: {
        name: "web",
        annotations: { "example.com/note": "theirs" },
        managedFields: [
          { manager: "ours", operation: "Apply", fieldsV1: { "f:metadata": {} } },
          {
            manager,
            operation: "Update",
            fieldsV1: {
              "f:spec": { "f:replicas": {} },
              "f:metadata": { "f:annotations": { "f:example.com/note": {} } },
            },
          },
        ],
      },
      spec: { replicas: 5 },
    });
    const ignored = ["spec.replicas", 'metadata.annotations["example.com/note"]', "spec.nothing"];

    it("leave to others what is theirs", () => {
      const sent = withoutIgnored(manifest, live("autoscaler"), "ours", ignored);
      expect(JSON.parse(JSON.stringify(sent))).to.deep.equal({
        ...manifest,
        metadata: { name: "web", annotations: {} },
        spec: {},
      });
    });

    it("keep the values of their own, which would go otherwise", () => {
      const sent = withoutIgnored(manifest, live("ours"), "ours", ignored);
      expect(sent["spec"]).to.deep.equal({ replicas: 5 });
      expect(sent.metadata.annotations).to.deep.equal({ "example.com/note": "theirs" });
    });
  });

  describe("that are refused", () => {
    const address = addressOf(DEPLOYMENT, KUBERNETES_KINDS[DEPLOYMENT]!, "web", "shop");
    const refused = (code: number, status: Status): Refusal =>
      new Refusal(code, status, address, "https://127.0.0.1:6443");

    it("say what, where and why", () => {
      const { message } = refused(403, { reason: "Forbidden", message: 'User "me" cannot patch deployments' });
      expect(message).to.equal(
        'Deployment "shop/web": https://127.0.0.1:6443 refuses it (Forbidden): User "me" cannot patch deployments. Whoever deploys needs a role in this cluster that allows it.',
      );
    });

    it("for fields of others name each of them, with its owner and what to do", () => {
      const causes = [{ reason: "FieldManagerConflict", field: ".spec.replicas", message: 'conflict with "kubectl"' }];
      expect(refused(409, { reason: "Conflict", message: "conflicts", details: { causes } }).message)
        .to.include('.spec.replicas (conflict with "kubectl")')
        .and.include('pulumi.com/patchForce: "true"');
    });

    it("because nothing knows the kind say that it has to come first", () => {
      expect(refused(404, { message: "404 page not found" }).message).to.include("knows no such kind");
      const status = { message: 'namespaces "shop" not found', details: { kind: "namespaces", name: "shop" } };
      expect(refused(404, status).message).to.include('namespaces "shop" not found');
    });

    it("for a fixed field name it, for the replacement", () => {
      const fixed = { field: "spec.selector", message: 'Invalid value: {"a":"b"}: field is immutable' };
      const other = { field: "spec.replicas", message: "must be greater than or equal to 0" };
      expect(refused(422, { details: { causes: [fixed, other] } }).immutableFields).to.deep.equal(["spec.selector"]);
      expect(refused(422, { details: { causes: [other] } }).immutableFields).to.equal(undefined);
    });

    /** Texts of API servers, which quote what they were sent. */
    const QUOTING: readonly string[] = [
      'ConfigMap "web" is invalid: data[KEY]: Invalid value: "canary \\"with\\" quotes": must be something',
      'Deployment.apps "web" is invalid: spec.template.spec.containers[0].env[3].value: Invalid value: "canary": too long',
      'metadata.annotations: Invalid value: "canary": too long',
      '.data.KEY: expected string, got &value.valueUnstructured{Value:"canary"}',
    ];
    for (const message of QUOTING) {
      it(`don't quote what may be a secret: ${message.slice(0, 40)}`, () => {
        expect(refused(422, { reason: "Invalid", message }).message)
          .to.include("[hidden]")
          .and.not.include("canary");
      });
    }

    it("quote other values, which say what is wrong", () => {
      const message = 'spec.strategy.type: Invalid value: "Rolling": must be RollingUpdate';
      expect(refused(422, { reason: "Invalid", message }).message).to.include('"Rolling"');
    });
  });
});
