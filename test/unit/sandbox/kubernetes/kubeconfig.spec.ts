import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { accessTo, type Access } from "../../../../packages/sandbox/src/kubernetes/objects/credentials";
import { chooseCluster, type KubeconfigUser } from "../../../../packages/sandbox/src/kubernetes/objects/kubeconfig";
import { refusal } from "../azure/harness";

const SERVER = "https://127.0.0.1:6443";
const YAML = `
apiVersion: v1
kind: Config
current-context: one
contexts:
- name: one
  context: { cluster: first, user: deployer, namespace: shop }
- name: two
  context: { cluster: second, user: deployer }
clusters:
- name: first
  cluster: { server: "${SERVER}/", certificate-authority-data: ${Buffer.from("authority").toString("base64")} }
- name: second
  cluster: { server: "https://second.example.com", insecure-skip-tls-verify: true, tls-server-name: kubernetes }
users:
- name: deployer
  user: { token: canary-token }
`;

const withUser = (user: KubeconfigUser, server = SERVER): string =>
  JSON.stringify({
    "current-context": "one",
    contexts: [{ name: "one", context: { cluster: "first", user: "deployer" } }],
    clusters: [{ name: "first", cluster: { server } }],
    users: [{ name: "deployer", user }],
  });

describe("a kubeconfig in the sandbox", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "wha-kubeconfig-"))));
  after(() => rmSync(folder, { recursive: true }));
  const access = async (user: KubeconfigUser, credentialOf = (): { token: string } | undefined => undefined) =>
    accessTo(await chooseCluster({ kubeconfig: withUser(user) }), credentialOf);
  /** A plugin that runs here, as kubelogin would. */
  const plugin = (script: string, env: { name: string; value: string }[] = []): KubeconfigUser => ({
    exec: { command: process.execPath, args: ["-e", script], env, provideClusterInfo: true },
  });

  it("is read as YAML, too, with its current context", async () => {
    const { server, namespace } = await chooseCluster({ kubeconfig: YAML });
    expect({ server, namespace }).to.deep.equal({ server: SERVER, namespace: "shop" });
  });

  it("is read from an absolute path, and its files are beside it", async () => {
    const file = join(folder, "config");
    writeFileSync(join(folder, "token"), "from-a-file\n");
    writeFileSync(file, withUser({ tokenFile: "token" }));
    const choice = await chooseCluster({ kubeconfig: file });
    expect(await accessTo(choice, () => undefined)).to.include({ token: "from-a-file" });
    expect((await refusal(chooseCluster({ kubeconfig: "config" }))).message).to.include("an absolute path");
  });

  it("gives another context, cluster or namespace to a program that asks for it", async () => {
    const { server, namespace } = await chooseCluster({ kubeconfig: YAML, context: "two", namespace: "other" });
    expect({ server, namespace }).to.deep.equal({ server: "https://second.example.com", namespace: "other" });
    const chosen = await chooseCluster({ kubeconfig: YAML, cluster: "second" });
    expect(await accessTo(chosen, () => undefined)).to.deep.include({
      token: "canary-token",
      tls: { rejectUnauthorized: false, servername: "kubernetes" },
    });
  });

  it("has its certificates decoded", async () => {
    const encoded = (text: string): string => Buffer.from(text).toString("base64");
    expect(await accessTo(await chooseCluster({ kubeconfig: YAML }), () => undefined)).to.include({
      authority: "authority",
    });
    const { tls } = await access({ "client-certificate-data": encoded("mine"), "client-key-data": encoded("key") });
    expect(tls).to.deep.equal({ cert: "mine", key: "key" });
  });

  it("gets the daemon's own right where a plugin would ask Microsoft Entra, and nothing is run", async () => {
    const asked: string[] = [];
    const found = await accessTo(
      await chooseCluster({ kubeconfig: withUser(plugin("process.exit(1)")) }),
      (server) => (asked.push(server), { token: "of-the-daemon" }),
    );
    expect(found).to.include({ token: "of-the-daemon" });
    expect(asked).to.deep.equal([SERVER]);
  });

  it("has its plugin run for another cluster, which gets its variables and gives a token for a time", async () => {
    const script = `
      const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      const status = { token: process.env.WHO + "@" + spec.cluster.server, expirationTimestamp: "2030-01-01T00:00:00Z" };
      console.log(JSON.stringify({ status }));`;
    const found: Access = await access(plugin(script, [{ name: "WHO", value: "me" }]));
    expect(found).to.include({ token: `me@${SERVER}`, expires: Date.parse("2030-01-01T00:00:00Z") });
  });

  /** What is wrong, and what is said about it. */
  const WRONG: readonly [string, () => Promise<unknown>, RegExp][] = [
    ["no YAML", () => chooseCluster({ kubeconfig: "{ token: canary-token" }), /^kubeconfig: is no YAML$/],
    ["a list", () => chooseCluster({ kubeconfig: "- 1\n- 2" }), /there is no context chosen; there: none/],
    [
      "an unknown context",
      () => chooseCluster({ kubeconfig: YAML, context: "three" }),
      /no context "three"; there: one, two/,
    ],
    [
      "an address without TLS",
      () => chooseCluster({ kubeconfig: withUser({}, "http://127.0.0.1:8080") }),
      /clusters "first": server should be an address such as https:.*but is "http:/,
    ],
    ["a password", () => access({ username: "admin" }), /no longer knows a username; use a token/],
    [
      "a plugin that isn't there",
      () => access({ exec: { command: "kubelogin-of-nobody", installHint: "Install it." } }),
      /kubelogin-of-nobody, which should get a credential for https:\/\/127.0.0.1:6443, is not installed. Install it./,
    ],
    [
      "a plugin that fails",
      () => access(plugin(`console.error("no account"); process.exit(3)`)),
      /failed: no account$/,
    ],
    ["a plugin that prints something else", () => access(plugin(`console.log("canary-token")`)), /printed no ExecCr/],
    [
      "a plugin without a credential",
      () => access(plugin(`console.log("{}")`)),
      /neither token nor client certificate/,
    ],
  ];
  for (const [title, ask, expected] of WRONG) {
    it(`is refused with the reason, and without a secret: ${title}`, async () => {
      const { message } = await refusal(ask());
      expect(message).to.match(expected).and.not.include("canary-token");
    });
  }
});
