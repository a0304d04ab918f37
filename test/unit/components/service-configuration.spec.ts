import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import { promiseOf } from "@windows-ha/testing";
import { ConfigurationStore, ServiceInstall, type ConfigurationArgs, type PublishedFileArgs } from "windows-ha";
import { attempt, clusterArgs, inBothPasses } from "./support";

const CANARY = "canary-hunter2-4711";
const { service } = clusterArgs();
const agent = clusterArgs().agent as PublishedFileArgs;
const create = (configuration: ConfigurationArgs) => () =>
  new ServiceInstall("svc", { service: { ...service, configuration }, agent });

async function configured(command: pulumi.Output<string>): Promise<AgentSpec["service"]> {
  const { value } = await promiseOf(command);
  return (JSON.parse(parseInstallCommand(value!)!.specJson) as AgentSpec).service;
}

describe("service.configuration", () => {
  const layers: ConfigurationArgs = {
    defaults: { "log/level": "info", database: "tcp://${HOST}:5432" },
    file: '{"log": {"level": "warn"}, "capacity": 500}',
    environment: { capacity: "${CAPACITY:1000}" },
  };

  inBothPasses(
    "reaches the machine resolved, the highest layer first",
    create({ ...layers, variables: { HOST: "10.0.0.4" } }),
    async ({ result }) => {
      expect((await configured(result.commandToExecute)).configuration).to.deep.equal({
        capacity: "1000",
        database: "tcp://10.0.0.4:5432",
        "log/level": "warn",
      });
    },
  );

  inBothPasses(
    "takes values of other resources once they are known",
    create({ ...layers, variables: { HOST: pulumi.output("10.0.0.5") } }),
    async ({ result }) => {
      expect((await configured(result.commandToExecute)).configuration).to.include({ database: "tcp://10.0.0.5:5432" });
    },
  );

  inBothPasses(
    "leaves the values out of the document where Consul has them",
    create({ defaults: { a: "b" }, store: ConfigurationStore.Consul }),
    async ({ result }) => {
      const { configuration, configurationPrefix } = await configured(result.commandToExecute);
      expect([configuration, configurationPrefix]).to.deep.equal([undefined, "service/orders"]);
    },
  );

  const SECRETS: [keyof ConfigurationArgs, ConfigurationArgs][] = [
    ["defaults", { defaults: { greeting: pulumi.secret(CANARY) } }],
    ["environment", { environment: { greeting: pulumi.secret(CANARY) } }],
    ["variables", { defaults: { a: "${greeting}" }, variables: { greeting: pulumi.secret(CANARY) } }],
  ];
  for (const [map, configuration] of SECRETS) {
    for (const preview of [false, true]) {
      it(`refuses a Pulumi secret in ${map}, with the way out and without the value${preview ? ", in a preview too" : ""}`, async () => {
        const { message } = (await attempt(create(configuration), preview)).failure;
        expect(message).to.contain(`service.configuration.${map}["greeting"] is a secret [configuration-secret]`);
        expect(message).to.contain("service.secrets").and.not.contain(CANARY);
      });
    }
  }

  it("refuses what another resource brings and no service could be given", async () => {
    const { failure } = await attempt(create({ defaults: { a: pulumi.output(`\${${CANARY.replaceAll("-", "_")}}`) } }));
    expect(failure.message).to.contain('service.configuration.defaults["a"]').and.to.contain("placeholder-undeclared");
  });
});
