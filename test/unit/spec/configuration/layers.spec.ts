import { expect } from "chai";
import fc from "fast-check";
import {
  agentSpec,
  checkConfiguration,
  checkShape,
  CONFIGURATION_FIELD,
  configurationValues,
  CONSUL_VALUE_BYTES,
  knownConfiguration,
  resolveCluster,
  resolveConfiguration,
  withDefaults,
  type ConfigurationSpec,
  type Finding,
} from "@windows-ha/spec";
import { clusterArguments, SHA256_A } from "../arguments";

const EMPTY: ConfigurationSpec = { defaults: {}, environment: {}, variables: {}, store: "files", notSecrets: [] };
const CANARY = "canary-hunter2-4711";

const complete = (configuration: object): ConfigurationSpec =>
  withDefaults<ConfigurationSpec>(CONFIGURATION_FIELD, configuration);

function findingsOf(configuration: object): Finding[] {
  const shape = checkShape(CONFIGURATION_FIELD, configuration, "service.configuration");
  return shape.length > 0 ? shape : checkConfiguration(complete(configuration));
}
const rules = (configuration: object): string[] => findingsOf(configuration).map(({ rule, path }) => `${rule} ${path}`);

describe("a service's configuration", () => {
  it("takes each key from the highest layer that has it, as a naive model does", () => {
    const key = fc.stringMatching(/^[a-z]{1,2}(\/[a-z])?$/);
    const layer = fc.dictionary(
      key,
      fc.string({ maxLength: 8 }).filter((text) => !text.includes("${") && !text.includes("\0")),
      {
        noNullPrototype: true,
      },
    );
    fc.assert(
      fc.property(layer, layer, layer, (defaults, file, environment) => {
        const { values, findings } = resolveConfiguration({
          ...EMPTY,
          defaults,
          file: JSON.stringify(file),
          environment,
        });
        expect(findings).to.deep.equal([]);
        const naive = { ...defaults, ...file, ...environment };
        expect(Object.fromEntries(values.map(({ key, value }) => [key, value]))).to.deep.equal(naive);
        for (const { key, layer, overridden } of values) {
          const layers = { defaults, file, environment };
          const said = (Object.keys(layers) as (keyof typeof layers)[]).filter((name) =>
            Object.hasOwn(layers[name], key),
          );
          expect([...overridden, layer]).to.deep.equal(said);
        }
        expect(values.map(({ key }) => key)).to.deep.equal(Object.keys(naive).sort());
      }),
    );
  });

  it("reads a file's nested objects, numbers and truth values as text by key", () => {
    const file =
      '\uFEFF{"log": {"level": "info", "json": true}, "capacity": 1000, "ratio": 0.5, "a.b_c-d": "", "log/file": "x"}';
    expect(knownConfiguration({ ...EMPTY, file })).to.deep.equal({
      "log/level": "info",
      "log/json": "true",
      capacity: "1000",
      ratio: "0.5",
      "a.b_c-d": "",
      "log/file": "x",
    });
  });

  it("isn't fooled by names that objects have of themselves", () => {
    const file = '{"__proto__": {"polluted": "yes"}, "constructor": "c"}';
    expect(Object.entries(knownConfiguration({ ...EMPTY, file }))).to.deep.equal([
      ["__proto__/polluted", "yes"],
      ["constructor", "c"],
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("doesn't mind a placeholder that can't be resolved in a value that lost, unless it is malformed", () => {
    expect(rules({ defaults: { url: "${NOBODY}" }, environment: { url: "x" } })).to.deep.equal([]);
    expect(rules({ defaults: { url: "${NOBODY" }, environment: { url: "x" } })).to.deep.equal([
      'placeholder-syntax service.configuration.defaults["url"]',
    ]);
  });

  const WRONG: [string, object, string[]][] = [
    [
      "all placeholders that nobody declares, at once",
      { defaults: { a: "${X}", b: "${Y}" }, environment: { c: "${Z:ok}${X}" } },
      [
        'placeholder-undeclared service.configuration.defaults["a"]',
        'placeholder-undeclared service.configuration.defaults["b"]',
        'placeholder-undeclared service.configuration.environment["c"]',
      ],
    ],
    ["a file's name", { file: "config/prod.json" }, ["configuration-file service.configuration.file"]],
    ["text that isn't JSON", { file: "a: b\nc: d" }, ["configuration-file service.configuration.file"]],
    ["a list as a file", { file: "[1]" }, ["configuration-file service.configuration.file"]],
    [
      "lists and nothing as values",
      { file: '{"a": [1], "b": null, "c": {"d": []}}' },
      [
        'configuration-value service.configuration.file["a"]',
        'configuration-value service.configuration.file["b"]',
        'configuration-value service.configuration.file["c/d"]',
      ],
    ],
    [
      "a key twice in a file",
      { file: '{"a/b": 1, "a": {"b": 2}}' },
      ['configuration-key service.configuration.file["a/b"]'],
    ],
    ["a key with a space in a file", { file: '{"a b": 1}' }, ['configuration-key service.configuration.file["a b"]']],
    [
      "a key that Consul would take for another path",
      { defaults: { "/a": "" } },
      ['pattern service.configuration.defaults["/a"]'],
    ],
    ["a key with dots as a part", { defaults: { "a/../b": "" } }, ['pattern service.configuration.defaults["a/../b"]']],
    ["a number", { defaults: { a: 1 } }, ['type service.configuration.defaults["a"]']],
    ["another store", { store: "etcd" }, ["one-of service.configuration.store"]],
    ["a prefix of files", { prefix: "a/b" }, ["configuration-prefix service.configuration.prefix"]],
    ["a slash at the prefix's end", { store: "consul", prefix: "a/" }, ["pattern service.configuration.prefix"]],
    [
      "a prefix of what leaders keep",
      { store: "consul", prefix: "leader/orders", defaults: { a: "b" } },
      ["configuration-prefix service.configuration.prefix"],
    ],
    ["nothing for Consul's store", { store: "consul" }, ["configuration-empty service.configuration"]],
    ["values under another name", { values: {} }, ["unknown-property service.configuration.values"]],
    ["a variable with a hyphen", { variables: { "A-B": "" } }, ['pattern service.configuration.variables["A-B"]']],
    ["a NUL character", { defaults: { a: "\0" } }, ['nul-character service.configuration.defaults["a"]']],
    [
      "a value beyond 512 KiB",
      { environment: { a: "é".repeat(CONSUL_VALUE_BYTES / 2) + "x" } },
      ['configuration-size service.configuration.environment["a"]'],
    ],
    [
      "names of secrets",
      {
        defaults: {
          "database/password": CANARY,
          "api-key": CANARY,
          "connection.string": CANARY,
          "token/lifetime": "1",
        },
      },
      [
        'secret-in-configuration service.configuration.defaults["api-key"]',
        'secret-in-configuration service.configuration.defaults["connection.string"]',
        'secret-in-configuration service.configuration.defaults["database/password"]',
      ],
    ],
  ];
  for (const [title, configuration, expected] of WRONG) {
    it(`is refused with ${title}`, () => expect(rules(configuration)).to.deep.equal(expected));
  }

  it("may have a value of exactly 512 KiB, and a key that looks like a secret's when it is said to be none", () => {
    expect(rules({ environment: { a: "é".repeat(CONSUL_VALUE_BYTES / 2) } })).to.deep.equal([]);
    expect(rules({ defaults: { "next/token": "1" }, notSecrets: ["next/token"] })).to.deep.equal([]);
  });

  it("is part of a service's declaration, with all that is wrong in one error", () => {
    const configuration = { defaults: { a: "${X}" }, store: "consul" };
    const { findings } = resolveCluster(clusterArguments({ service: { configuration, name: "nul" } }));
    expect(findings.map(({ rule }) => rule)).to.include.members([
      "device-name",
      "placeholder-undeclared",
      // A cluster without Consul.
      "configuration-store",
    ]);
  });

  it("never repeats a value in a finding", () => {
    const wrong = [
      { defaults: { "my/password": CANARY, a: `\${${CANARY}`, b: `${CANARY}\0` }, variables: { V: `\${${CANARY}` } },
      { file: `{"a": "${CANARY}",` },
      { defaults: { a: { nested: CANARY } } },
    ];
    for (const configuration of wrong) {
      const found = JSON.stringify(findingsOf(configuration));
      expect(found).to.not.include(CANARY).and.not.equal("[]");
    }
  });

  describe("reaches the service", () => {
    const { service: bare, loadBalancer } = resolveCluster(clusterArguments()).spec!;
    const documentOf = (given?: object) => {
      const configuration = given && complete(given);
      expect(given ? findingsOf(given) : []).to.deep.equal([]);
      const service = { ...bare, ...(configuration ? { configuration } : {}) };
      const artifact = { url: "https://files.example.com/orders.exe", sha256: SHA256_A };
      const inputs = {
        artifact,
        arguments: [],
        environment: {},
        secrets: [],
        ...(configuration ? { configuration } : {}),
      };
      return { document: agentSpec(service, inputs, loadBalancer.probe).service, store: configurationValues(service) };
    };
    const layers = { defaults: { "log/level": "info", host: "${HOST}" }, variables: { HOST: "db" } };

    it("as a file of its release", () => {
      const { document, store } = documentOf(layers);
      expect(document.configuration).to.deep.equal({ "log/level": "info", host: "db" });
      expect(document).to.not.have.property("configurationPrefix");
      expect(store).to.deep.equal({});
    });

    it("in Consul's store below its own name, or a given prefix", () => {
      const { document, store } = documentOf({ ...layers, store: "consul" });
      expect(document).to.not.have.property("configuration");
      expect(document.configurationPrefix).to.equal("service/orders");
      expect(store).to.deep.equal({ "service/orders/log/level": "info", "service/orders/host": "db" });
      expect(documentOf({ ...layers, store: "consul", prefix: "service/orders/prod" }).store).to.have.keys(
        "service/orders/prod/log/level",
        "service/orders/prod/host",
      );
    });

    it("not at all where none is declared", () => {
      const { document, store } = documentOf();
      expect(document).to.not.have.any.keys("configuration", "configurationPrefix");
      expect(store).to.deep.equal({});
    });
  });
});
