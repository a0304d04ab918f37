import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { refusal } from "../azure/harness";
import { SshServer } from "../../../support/ssh-server";
import { COPY, CommandResource } from "./support";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const asset = (content: PropertyMap): PropertyMap => ({
  [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17",
  hash: JSON.stringify(content),
  ...content,
});
const archive = (path: string): PropertyMap => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", hash: path, path });

describe("sandbox: a copy to a host", () => {
  let server: SshServer;
  let connection: PropertyMap;
  let folder: string;
  let resource: CommandResource;
  beforeEach(async () => {
    server = new SshServer();
    folder = mkdtempSync(join(tmpdir(), "wha-copy-"));
    resource = new CommandResource(COPY);
    connection = {
      host: "127.0.0.1",
      port: await server.start(),
      user: "deployer",
      password: server.password,
      hostKey: server.hostKey.public,
    };
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const here = (...parts: string[]): string => join(folder, ...parts);
  const copy = (source: PropertyMap, ...to: string[]): Promise<PropertyMap> =>
    resource.create({ connection, source, remotePath: here(...to) });

  it("copies a file whole, and makes the folders above it", async () => {
    const content = Buffer.alloc(300_001, "0123456789");
    writeFileSync(here("program"), content);
    await copy(asset({ path: here("program") }), "a", "b", "copy");
    expect(readFileSync(here("a", "b", "copy")).equals(content)).to.equal(true);
  });

  it("copies a file into a folder that is there", async () => {
    writeFileSync(here("program"), "x");
    mkdirSync(here("there"));
    await copy(asset({ path: here("program") }), "there");
    expect(readFileSync(here("there", "program"), "utf8")).to.equal("x");
  });

  it("writes a text, an empty one too, over what is there", async () => {
    writeFileSync(here("spec.json"), "something longer");
    await copy(asset({ text: "{}" }), "spec.json");
    expect(readFileSync(here("spec.json"), "utf8")).to.equal("{}");
    await copy(asset({}), "spec.json");
    expect(readFileSync(here("spec.json"), "utf8")).to.equal("");
  });

  it("copies a folder with its name, or its content where the path ends with a slash", async () => {
    mkdirSync(here("site", "deep"), { recursive: true });
    writeFileSync(here("site", "deep", "page"), "p");
    await copy(archive(here("site")), "named");
    await copy(archive(`${here("site")}/`), "content");
    expect(readFileSync(here("named", "site", "deep", "page"), "utf8")).to.equal("p");
    expect(readFileSync(here("content", "deep", "page"), "utf8")).to.equal("p");
  });

  it("says which path it can't write", async () => {
    writeFileSync(here("file"), "x");
    mkdirSync(here("folder"));
    const failures = [
      refusal(copy(asset({ text: "t" }), "folder")),
      refusal(copy(asset({ text: "t" }), "file", "below")),
      refusal(copy(archive(here("folder")), "file")),
    ];
    expect((await Promise.all(failures)).map(({ message }) => message)).to.deep.equal([
      `remotePath: ${here("folder")} is a folder on the host; a text needs the path of a file`,
      `remotePath: ${here("file")} is a file on the host, not a folder`,
      `remotePath: ${here("file")} is a file on the host, not a folder`,
    ]);
  });

  it("copies again when the content or the place changes, not when the way to the host does", async () => {
    const inputs = { connection, source: asset({ text: "1" }), remotePath: here("copy") };
    await resource.create(inputs);
    await resource.update({ ...inputs, connection: { ...connection, perDialTimeout: 5 } });
    expect(server.connections).to.equal(1);
    await resource.update({ ...inputs, source: asset({ text: "2" }) });
    expect(readFileSync(here("copy"), "utf8")).to.equal("2");
    await resource.update({ ...inputs, source: asset({ text: "2" }), remotePath: here("moved") });
    expect(readFileSync(here("moved"), "utf8")).to.equal("2");
    await resource.delete();
    expect(existsSync(here("moved")), "copies stay").to.equal(true);
  });

  it("refuses at preview what it doesn't copy", () => {
    const check = (source: PropertyMap | string): string[] => resource.check({ connection, source, remotePath: "/x" });
    expect(check(asset({ text: "t" }))).to.deep.equal([]);
    expect(check(archive(folder))).to.deep.equal([]);
    expect(check("/x")[0]).to.match(/^source: should be a FileAsset/);
    expect(check(asset({ uri: "https://example.com/x" }))[0]).to.match(/^source: .*address/);
    expect(check({ ...archive(""), path: undefined, assets: {} })[0]).to.match(/^source: .*list of assets/);
    expect(check(asset({ path: "dist/x" }))[0]).to.match(/^source: .*absolute path/);
    expect(resource.check({ connection }).join()).to.include("remotePath: is required").and.include("source: is");
  });
});
