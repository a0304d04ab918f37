import { expect } from "chai";
import fc from "fast-check";
import {
  checkInstallTransport,
  checkPackagedSecrets,
  galleryName,
  manageActions,
  MAX_ACTION_LENGTH,
  MAX_VERSION_NUMBER,
  packageContent,
  parseManageAction,
  resolveCluster,
  versionName,
} from "@windows-ha/spec";
import { clusterArguments } from "./arguments";

const hexadecimal = (length: number) =>
  fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length }).map((all) => all.join(""));

describe("a service's package", () => {
  const actions = manageActions("orders");

  it("has a command for each of Azure's three actions, none of which cmd.exe takes apart", () => {
    for (const command of [actions.install, actions.update, actions.remove]) {
      expect(command)
        .to.match(/^[\x20-\x7e]+$/)
        .and.not.match(/["^<>|]/);
      expect(command.length).to.be.below(MAX_ACTION_LENGTH);
    }
    expect(actions.update).to.equal(actions.install);
  });

  it("is understood by whoever plays Azure, and nothing else is", () => {
    expect(parseManageAction(actions.install)).to.deep.equal({ action: "install" });
    expect(parseManageAction(actions.remove)).to.deep.equal({ action: "remove", service: "orders" });
    for (const other of ["", "cmd", `${actions.install} `, `${actions.remove} & del`, actions.remove.slice(0, -6)]) {
      expect(parseManageAction(other), other).to.equal(undefined);
    }
  });

  const content = { agentSha256: "a".repeat(64), specJson: "{}", attempt: 0, service: "orders" };
  for (const [what, change] of Object.entries({
    "the agent": { agentSha256: "b".repeat(64) },
    "the document": { specJson: '{"a":1}' },
    "the attempt": { attempt: 1 },
    "the service": { service: "carts" },
  })) {
    it(`is another one when ${what} changes`, () => {
      expect(packageContent({ ...content, ...change })).not.to.equal(packageContent(content));
    });
  }

  it("is the same one for the same hash in capitals", () => {
    expect(packageContent({ ...content, agentSha256: "A".repeat(64) })).to.equal(packageContent(content));
  });

  it("has a version of three numbers that Azure takes, whatever its hash", () => {
    fc.assert(
      fc.property(hexadecimal(64), hexadecimal(6), (hash, drawn) => {
        const numbers = versionName(hash, drawn).split(".");
        expect(numbers).to.have.lengthOf(3);
        for (const number of numbers) {
          expect(number).to.match(/^(0|[1-9]\d*)$/);
          expect(Number(number)).to.be.at.most(MAX_VERSION_NUMBER);
        }
      }),
    );
    expect(versionName("f".repeat(64), "ffffff")).to.equal(`${MAX_VERSION_NUMBER}.${MAX_VERSION_NUMBER}.16777215`);
  });

  it("lies in a gallery whose name Azure takes, whatever the component is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), hexadecimal(6), (name, drawn) => {
        expect(galleryName(name, drawn)).to.match(/^[A-Za-z0-9][A-Za-z0-9_.]{0,78}[A-Za-z0-9]$/);
      }),
    );
    expect(galleryName("orders-service", "0a1b2c")).to.equal("orders_service_0a1b2c");
  });
});

describe("the transport of a cluster's service", () => {
  const packaged = {
    compute: "scaleSet",
    agent: undefined,
    install: { transport: "vmApplication", attempt: 0 } as const,
    service: { secretsInEnvironment: [] },
    artifactStore: {},
  };
  const rulesOf = (changes: object) =>
    checkInstallTransport({ ...packaged, ...changes }).map(({ rule, path }) => `${rule} ${path}`);

  const chosen = (changes: object) =>
    resolveCluster({ ...clusterArguments({ agent: { path: "agent.exe" } }), ...changes }).spec?.install.transport;

  it("is a VM Application when nothing is said, where it can be one", () => {
    expect(chosen({})).to.equal("vmApplication");
    expect(chosen({ agent: undefined })).to.equal("vmApplication");
    expect(chosen(clusterArguments())).to.equal("customScript");
    expect(chosen({ artifactStore: { uploadFrom: ["203.0.113.1"] } })).to.equal("customScript");
    expect(chosen({ compute: "machines" })).to.equal("runCommand");
  });

  it("may be a VM Application", () => {
    expect(rulesOf({})).to.deep.equal([]);
  });

  for (const [what, changes, finding] of [
    ["an agent that is no file", { agent: { url: "https://a" } }, "vm-application-agent agent"],
    [
      "a store with firewall",
      { artifactStore: { uploadFrom: ["203.0.113.1"] } },
      "vm-application-store artifactStore.uploadFrom",
    ],
    ["a private store", { artifactStore: { private: true } }, "vm-application-store artifactStore.private"],
    [
      "secrets in the environment",
      { service: { secretsInEnvironment: ["API_KEY"] } },
      "vm-application-secret service.secretsInEnvironment",
    ],
    [
      "an attempt of another transport",
      { install: { transport: "customScript", attempt: 1 } },
      "install-attempt install.attempt",
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(rulesOf(changes)).to.deep.equal([finding]);
    });
  }

  it("names what is marked as a secret, without the value", () => {
    expect(checkPackagedSecrets({ arguments: false, environment: false })).to.deep.equal([]);
    expect(
      checkPackagedSecrets({ arguments: true, environment: true }).map(({ path, seen }) => [path, seen]),
    ).to.deep.equal([
      ["service.arguments", undefined],
      ["service.environment", undefined],
    ]);
  });
});
