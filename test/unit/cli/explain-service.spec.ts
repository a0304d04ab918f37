import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { clusterFacts, resolveCluster, type ConfigurationExplanation, type ServiceExplanation } from "@windows-ha/spec";
import { clusterArguments, SHA256_A, type Changes } from "../spec/arguments";
import { runHere, temporaryFolder } from "./support";

const zip = (os: string) => ({ url: `https://files.example.com/consul_${os}.zip`, sha256: SHA256_A });
const CONSUL = { program: { version: "1.21.5", linux: zip("linux"), windows: zip("windows") } };
const CANARY = "canary-hunter2-4711";

describe("windows-ha explain", () => {
  const folder = temporaryFolder();

  /** A cluster's component as the engine shows it, with one that repeats its service inside. */
  function documents(changes: Changes): { state: string; preview: string } {
    const { spec, findings } = resolveCluster(clusterArguments(changes));
    expect(findings).to.deep.equal([]);
    const inputs = JSON.parse(JSON.stringify(clusterFacts(spec!))) as object;
    const cluster = "windows-ha:index:WindowsHaCluster";
    const resources = [
      { urn: `urn:pulumi:dev::shop::${cluster}::web`, type: cluster, inputs },
      {
        urn: `urn:pulumi:dev::shop::${cluster}$windows-ha:index:VmApplication::web-app`,
        type: "windows-ha:index:VmApplication",
        inputs: { service: "orders", ...inputs },
      },
      { urn: "urn:pulumi:dev::shop::azure-native:network:Subnet::x", type: "azure-native:network:Subnet", inputs: {} },
    ];
    const [state, preview] = ["state", "preview"].map((name) => join(folder(), `${name}.json`)) as [string, string];
    writeFileSync(state, JSON.stringify({ deployment: { resources } }));
    const steps = resources.map((newState) => ({ op: "create", urn: newState.urn, newState }));
    writeFileSync(preview, JSON.stringify({ steps }));
    return { state, preview };
  }
  const explain = (...args: string[]) => runHere(["explain", ...args], folder());

  describe("config", () => {
    const configured: Changes = {
      service: {
        configuration: {
          defaults: { "log/level": "info", host: "${HOST}", greeting: " two\nlines", long: "x".repeat(300) },
          file: '{"log": {"level": "warn"}}',
          environment: { "log/level": "${LEVEL:debug}", capacity: "5" },
          variables: { HOST: pulumi.output("db") },
        },
        secrets: {
          API_KEY: { value: pulumi.secret(CANARY) },
          DATABASE: { url: "https://team.vault.azure.net/secrets/database" },
        },
      },
    };

    it("shows each value with the layer that won, and where secrets are", async () => {
      const { state, preview } = documents(configured);
      for (const file of [
        ["--state", state],
        ["--preview", preview],
      ]) {
        const { code, out } = await explain("config", "orders", ...file);
        expect(out).to.equal(
          [
            "orders (web), in the file that WINDOWS_HA_CONFIG_FILE names: a change is a release",
            "KEY        VALUE                                                                                              FROM",
            "capacity   5                                                                                                  environment",
            'greeting   " two\\nlines"                                                                                      defaults',
            "host       (known during the deployment)                                                                      defaults",
            "log/level  debug                                                                                              environment  over defaults, file",
            "long       (300 bytes)                                                                                        defaults",
            "API_KEY    (a secret in a key vault, in the file that API_KEY_FILE names)                                     secrets",
            "DATABASE   (a secret in https://team.vault.azure.net/secrets/database, in the file that DATABASE_FILE names)  secrets",
            "",
          ].join("\n"),
        );
        expect(out).to.not.contain(CANARY);
        expect(code).to.equal(0);
      }
    });

    it("gives the same as data", async () => {
      const { out } = await explain("config", "--json", "--state", documents(configured).state);
      const [one, ...others] = JSON.parse(out) as ConfigurationExplanation[];
      expect(others).to.deep.equal([]);
      expect(one).to.deep.include({ declaredBy: "web", service: "orders", store: "files" });
      expect(one!.settings.find(({ key }) => key === "log/level")).to.deep.equal({
        key: "log/level",
        value: "debug",
        layer: "environment",
        overridden: ["defaults", "file"],
      });
    });

    it("says where values in Consul are", async () => {
      const { state } = documents({
        service: { configuration: { defaults: { a: "b" }, store: "consul" } },
        consul: CONSUL,
      });
      const { out } = await explain("config", "--state", state);
      expect(out).to.contain("in Consul's store, below service/orders/: a change reaches the running service");
    });

    it("says what to give when there is nothing", async () => {
      const { state, preview } = documents({});
      expect(await explain("config", "payments", "--preview", preview)).to.deep.include({ code: 1 });
      expect((await explain("config", "--preview", preview)).err).to.contain("give the state too");
      expect((await explain("config", "--state", state)).err)
        .to.contain("no settings in")
        .and.to.contain("deployed?");
      expect(await explain("config")).to.deep.include({ code: 2 });
    });
  });

  describe("service", () => {
    const found: Changes = {
      consul: {
        ...CONSUL,
        domain: "shop",
        registration: { tags: ["v1"], leaderCheck: true },
        queries: [
          { service: "orders", name: "nearest", tags: ["v1"], failover: [{ datacenter: "dc2" }, { peer: "west" }] },
          { service: "payments" },
        ],
      },
    };

    it("says the names, the checks, the order of failover and how soon a failed instance is gone", async () => {
      const { code, out } = await explain("service", "orders", "--preview", documents(found).preview);
      expect(code).to.equal(0);
      expect(out).to.equal(
        [
          "orders (web) in datacenter dc1",
          "  by DNS   orders.service.shop",
          "           v1.orders.service.shop",
          "           nearest.query.shop",
          "  by HTTP  /v1/health/service/orders",
          "           /v1/query/nearest/execute",
          "",
          "CHECK                   ASKS                    EVERY  TIME-OUT  FAILURES  THEN",
          "orders:ready            GET /ready              10 s   1 s       1         not found",
          "orders:health           GET /health             2 s    1 s       2         not found",
          "orders:dependencies     GET /health/deps        10 s   1 s       1         a warning, still found",
          "orders:windows-service  Windows service orders  10 s   -         1         not found",
          "",
          "QUERY    TAGS  ASKS IN THIS ORDER",
          "nearest  v1    near ones, then datacenter dc2, then peer west",
          "",
          "GONE WHEN                                 TYPICAL  WORST  FORMULA",
          "it says that it isn't ready               5 s      11 s   check's interval 10 s + time-out 1 s",
          "its process ends                          3 s      5 s    failures 2 × check's interval 2 s + time-out 1 s",
          "it hangs                                  5 s      6 s    failures 2 × check's interval 2 s + failures 2 × time-out 1 s",
          "its machine is lost, or cut off           5.5 s    8 s    probe rounds 4 × 1 s + suspicion 4 × 1 s",
          "a caller keeps an answer of DNS, besides  2.5 s    5 s    time to live 5 s",
          "",
        ].join("\n") + out.slice(out.indexOf("\nNEW LEADER AFTER")),
      );
      expect(out).to.match(
        /NEW LEADER AFTER .*\n.*stops or drains +0.5 s +1 s .*\n.*killed +6 s +7 s .*\n.* 8 s +9 s /,
      );
    });

    it("gives the same as data, and only what is declared", async () => {
      const { out } = await explain("service", "--json", "--state", documents({ consul: CONSUL }).state);
      const [one, ...others] = JSON.parse(out) as ServiceExplanation[];
      expect(others).to.deep.equal([]);
      expect(one).to.deep.include({ service: "orders", dnsNames: ["orders.service.consul"], queries: [], leader: [] });
      expect(one!.removal.map(({ worstSeconds }) => worstSeconds)).to.deep.equal([11, 11, 11, 8, 5]);
    });

    it("knows no service without Consul", async () => {
      const { code, err } = await explain("service", "orders", "--state", documents({}).state);
      expect(code).to.equal(1);
      expect(err).to.contain("no service orders with Consul in");
    });
  });
});
