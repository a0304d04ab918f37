import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PartialFailure } from "../../../../packages/sandbox/src/provider";
import { GROUP, Harness, refusal } from "./harness";
import { VALID } from "./valid-inputs";

describe("sandbox: latency and faults", () => {
  const FAULT = { type: "azure-native:resources:ResourceGroup", operation: "create", times: 1 } as const;
  let azure: Harness | undefined;
  afterEach(() => azure?.dispose());

  it("takes the time that the profile says", async () => {
    azure = new Harness({ latencyMs: { "*": 60 } });
    const start = performance.now();
    await azure.create("group", VALID.group);
    expect(performance.now() - start).to.be.greaterThan(55);
  });

  it("tries again when throttled, as azure-native does", async () => {
    azure = new Harness({ faults: [{ ...FAULT, code: "TooManyRequests", times: 2, retryAfterSeconds: 0.01 }] });
    expect((await azure.create("group", VALID.group)).id).to.equal(GROUP);
  });

  it("gives other refusals at once, as often as asked for", async () => {
    azure = new Harness({ faults: [{ ...FAULT, code: "AuthorizationFailed", message: "no rights" }] });
    const { message } = await refusal(azure.create("group", VALID.group));
    expect(message).to.equal('Code="AuthorizationFailed" Message="no rights"');
    expect(azure.store.list()).to.deep.equal([]);
    await azure.create("group", VALID.group);
  });

  it("leaves a half-created resource behind", async () => {
    azure = new Harness({ faults: [{ ...FAULT, code: "InternalServerError", when: "after" }] });
    expect(await refusal(azure.create("group", VALID.group))).to.be.instanceOf(PartialFailure);
    expect(azure.store.get(GROUP)).to.not.equal(undefined);
  });

  it("reads the profile again when its file changes, and names what it can't use", async () => {
    const folder = new Harness();
    const file = join(folder.folder, "profile.json");
    azure = new Harness(file);
    await azure.create("group", VALID.group);
    writeFileSync(file, JSON.stringify({ faults: [{ ...FAULT, operation: "delete", code: "ScopeLocked" }] }));
    expect((await refusal(azure.delete("group", GROUP))).message).to.contain("ScopeLocked");
    writeFileSync(
      file,
      JSON.stringify({
        latencyMs: { "*": "fast" },
        rolePropagationMs: -1,
        terminateNoticeMs: "1m",
        faults: [{ type: "*" }],
      }),
    );
    const { message } = await refusal(azure.delete("group", GROUP));
    expect(message).to.contain("rolePropagationMs is -1").and.contain('terminateNoticeMs is "1m"');
    expect(message).to.contain('latencyMs["*"] is "fast"').and.contain("faults[0].operation is undefined");
    folder.dispose();
  });
});
