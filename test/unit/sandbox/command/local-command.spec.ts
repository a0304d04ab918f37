import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect } from "chai";
import type { PropertyMap, Secret } from "../../../../packages/sandbox/src/provider";
import { refusal } from "../azure/harness";
import { CommandResource, LOCAL } from "./support";

describe("sandbox: a local command", () => {
  const dir = realpathSync(tmpdir());
  const resource = (): CommandResource => new CommandResource(LOCAL);
  const printed = async (inputs: PropertyMap): Promise<unknown> => {
    const { stdout } = await resource().create({ dir, ...inputs });
    return (stdout as Secret).value;
  };

  it("runs in its folder, with its environment and standard input", async () => {
    const inputs = { environment: { COLOUR: "green" }, stdin: "in" };
    expect(await printed({ ...inputs, create: 'echo "$(pwd) $COLOUR $(cat)"' })).to.equal(`${dir} green in`);
  });

  it("runs with another interpreter", async () => {
    expect(await printed({ interpreter: [process.execPath, "-p"], create: "6 * 7" })).to.equal("42");
  });

  it("has no sign-in to a cloud account", async () => {
    process.env["ARM_CLIENT_SECRET"] = "canary-4711";
    try {
      expect(await printed({ create: 'echo "[$ARM_CLIENT_SECRET]"' })).to.equal("[]");
    } finally {
      delete process.env["ARM_CLIENT_SECRET"];
    }
  });

  it("fails with the exit code, and names a folder that isn't there", async () => {
    const failed = await refusal(resource().create({ dir, create: "echo no; exit 4" }));
    expect(failed.message).to.equal("the command `create` exited with 4:\nno");
    const missing = await refusal(resource().create({ dir: `${dir}/not-there`, create: "true" }));
    expect(missing.message).to.include(`could not be started in ${dir}/not-there`);
  });

  it("ends with everything that it started when the engine doesn't wait any more", async () => {
    const running = resource();
    const failure = refusal(running.create({ dir, create: "sleep 60 | sleep 60" }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    running.abandon();
    expect((await failure).message).to.include("was ended by SIGTERM");
  });

  it("refuses at preview what the sandbox can't do", () => {
    const check = (inputs: PropertyMap): string[] => resource().check(inputs);
    expect(check({ dir, create: "true" })).to.deep.equal([]);
    expect(check({ create: "true" })[0]).to.match(/^dir: .*absolute path/);
    expect(check({ dir: "." })[0]).to.match(/^dir: /);
    expect(check({ dir, assetPaths: ["*"] })[0]).to.match(/^assetPaths: /);
    expect(check({ dir, interpreter: [] })[0]).to.match(/^interpreter: /);
  });
});
