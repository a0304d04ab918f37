import { join } from "node:path";
import { Capture, expectNoSecretLeak, expectSecret, expectUrnGolden, expectWellFormed } from "@windows-ha/testing";
import { Match, promiseOf, recordBoth, Template } from "@windows-ha/testing";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

/** The component under test: a storage account that holds one configuration. */
class ConfigStore extends pulumi.ComponentResource {
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: { token: pulumi.Input<string>; tags?: Record<string, string> }) {
    super("example:index:ConfigStore", name, {});
    const group = new resources.ResourceGroup(name, { tags: args.tags }, { parent: this });
    const account = new storage.StorageAccount(
      `${name}-store`,
      {
        resourceGroupName: group.name,
        kind: storage.Kind.StorageV2,
        sku: { name: storage.SkuName.Standard_ZRS },
        minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
        tags: { ...args.tags, token: pulumi.secret(args.token) },
      },
      { parent: this, protect: true },
    );
    this.endpoint = account.primaryEndpoints.apply(({ blob }) => blob);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

describe("ConfigStore", () => {
  it("keeps its account, its token and its identity", async () => {
    const token = "canary-5d2f9c71";
    const { update, preview } = await recordBoth(() => new ConfigStore("orders", { token, tags: { team: "shop" } }), {
      outputs: {
        "azure-native:storage:StorageAccount": (_inputs, name) => ({
          primaryEndpoints: { blob: `https://${name}.example/` },
        }),
      },
    });

    for (const recording of [update, preview]) {
      const template = Template.of(recording);
      const tier = new Capture<string>();
      template.resourceCountIs("azure-native:storage:StorageAccount", 1);
      template.hasResourceInputs("azure-native:storage:StorageAccount", {
        sku: { name: tier },
        minimumTlsVersion: "TLS1_2",
        allowBlobPublicAccess: Match.absent(),
      });
      template.hasResource("azure-native:storage:StorageAccount", { protect: true });
      expect(tier.last()).to.equal("Standard_ZRS");

      expectSecret(recording, "azure-native:storage:StorageAccount", "tags.token");
      expectNoSecretLeak(recording, { token });
      expectWellFormed(recording, {
        tags: { values: { team: "shop" }, types: ["azure-native:storage:StorageAccount"] },
      });
      expectUrnGolden(recording, join(__dirname, "config-store.urns"));
    }

    expect((await promiseOf(update.result.endpoint)).value).to.equal("https://orders-store.example/");
    expect((await promiseOf(preview.result.endpoint)).known).to.equal(false);
  });
});
