import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { record } from "@windows-ha/testing";
import { expect } from "chai";
import { Site } from "./components";

/** The error that a recording rejects with. */
async function failureOf(recording: Promise<unknown>): Promise<Error> {
  try {
    await recording;
  } catch (error) {
    return error as Error;
  }
  throw new Error("the recording did not fail");
}

describe("testing: record, when a program fails", () => {
  it("rejects with the very error that the program threw", async () => {
    const error = new pulumi.ResourceError("two findings", undefined, true);
    const thrown = () => {
      throw error;
    };
    expect(await failureOf(record(thrown))).to.equal(error);
    expect(await failureOf(record(() => Promise.reject(error)))).to.equal(error);
  });

  it("rejects with an error from inside apply that nobody awaits", async () => {
    const recording = record(() => {
      new Site("orders").networkId.apply(() => {
        throw new Error("inside apply");
      });
    });
    expect((await failureOf(recording)).message).to.equal("inside apply");
  });

  it("rejects when an input rejects, also in a preview", async () => {
    for (const preview of [false, true]) {
      const recording = record(() => new Site("orders", { addressPrefix: Promise.reject(new Error("no prefix")) }), {
        preview,
      });
      expect((await failureOf(recording)).message).to.contain("no prefix");
    }
  });

  it("rejects when a mock fails, and names the resource", async () => {
    const recording = record(() => new random.RandomId("id", { byteLength: 4 }), {
      mocks: {
        newResource: () => {
          throw new Error("quota exceeded");
        },
      },
    });
    expect((await failureOf(recording)).message).to.match(/id \[random:index\/randomId:RandomId\]: .*quota exceeded/);
  });

  it("rejects a call that nobody mocked, and says how to answer it", async () => {
    const recording = record(() => ({ name: pulumi.runtime.invokeOutput("azure-native:network:getSubnet", {}) }));
    expect((await failureOf(recording)).message).to.match(/getSubnet.*mocks\.call/s);
  });

  it("rejects when the program logs an error, as the engine does", async () => {
    const shown = console.error;
    console.error = () => undefined;
    try {
      const recording = record(() => void pulumi.log.error("out of range"));
      expect((await failureOf(recording)).message).to.contain("logged 1 error");
    } finally {
      console.error = shown;
    }
  });

  it("rejects a program that hangs, and names what it waits for", async () => {
    const never = new Promise<number>(() => undefined);
    const recording = record(() => new random.RandomId("stuck", { byteLength: never }), { timeoutSeconds: 0.2 });
    const { message } = await failureOf(recording);
    expect(message).to.contain("no progress for 0.2 s");
    expect(message).to.match(/"stuck".*byteLength/s);
  });

  it("rejects a recording inside a recorded program instead of waiting for itself", async () => {
    const recording = record(() => record(() => new Site("inner")));
    expect((await failureOf(recording)).message).to.contain("await it outside");
  });

  it("is clean again after each failure", async () => {
    await failureOf(record(() => new Site("a", { addressPrefix: Promise.reject(new Error("no prefix")) })));
    const listeners = process.listenerCount("unhandledRejection");
    const { resources } = await record(() => new Site("b"));
    expect(resources.map(({ name }) => name))
      .to.include.members(["b", "b-network"])
      .and.not.include("a");
    expect(process.listenerCount("unhandledRejection")).to.equal(listeners);
  });
});
