import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { sandboxLayout } from "../../../../packages/sandbox/src/layout";
import { removeStaleLocks } from "../../../../packages/sandbox/src/pulumi/stale-locks";
import { temporaryFolder } from "./support";

describe("locks that a killed Pulumi leaves", () => {
  const folder = temporaryFolder();

  function lock(overrides: object): string {
    const stack = join(sandboxLayout(folder()).backend, ".pulumi", "locks", "organization", "shop", "dev");
    mkdirSync(stack, { recursive: true });
    const file = join(stack, "5d7a.json");
    const content = {
      pid: process.pid,
      username: "ada",
      hostname: hostname(),
      timestamp: new Date().toISOString(),
      ...overrides,
    };
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  function remove() {
    return removeStaleLocks(sandboxLayout(folder()));
  }

  it("are removed when their process is gone", () => {
    const file = lock({ pid: spawnSync(process.execPath, ["-e", ""]).pid });
    const { removed, held } = remove();
    expect(removed.map(({ stack, username }) => ({ stack, username }))).to.deep.equal([
      { stack: "organization/shop/dev", username: "ada" },
    ]);
    expect(held).to.deep.equal([]);
    expect(existsSync(file)).to.equal(false);
  });

  it("are removed when their process number is in use by a later process", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    lock({ timestamp: "2020-01-01T00:00:00Z" });
    expect(remove().removed).to.have.length(1);
  });

  it("stay while their process lives", () => {
    const file = lock({});
    expect(remove()).to.have.property("removed").that.deep.equals([]);
    expect(remove().held[0]).to.deep.include({ pid: process.pid, stack: "organization/shop/dev" });
    expect(existsSync(file)).to.equal(true);
  });

  it("stay when another computer took them", () => {
    lock({ pid: 1, hostname: "elsewhere", timestamp: "2020-01-01T00:00:00Z" });
    expect(remove().removed).to.deep.equal([]);
  });

  it("are no trouble when there are none, or one is being written", () => {
    expect(remove()).to.deep.equal({ removed: [], held: [] });
    writeFileSync(lock({}), '{"pid":');
    expect(remove()).to.deep.equal({ removed: [], held: [] });
  });
});
