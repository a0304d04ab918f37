import { expect } from "chai";
import fc from "fast-check";
import type { AgentSpec } from "@windows-ha/spec";
import { ALLOWED_DIFFERENCES, renderHostSpec } from "../../../../packages/sandbox/src/machines";
import { differences } from "./differences";

/** Where a vault is asked in these tests. */
const LOCAL = (url: string): string => url.replace(/^https:\/\/[^/]+/, "http://127.99.1.1:7401");
const HOST = { os: "linux", arch: "arm64" } as const;
const sha256 = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const text = fc.string();
const seconds = fc.integer({ min: 1, max: 600 });

const vaultUrl = fc.constantFrom("https://a.vault.azure.net/secrets/x", "https://b.vault.azure.net/secrets/y");

const anySpec: fc.Arbitrary<AgentSpec> = fc.record({
  schemaVersion: fc.constant(1 as const),
  service: fc.record({
    name: text,
    displayName: text,
    description: text,
    version: text,
    port: seconds,
    arguments: fc.array(text),
    environment: fc.dictionary(text, text),
  }),
  artifacts: fc.array(
    fc.record({
      os: fc.constantFrom("windows" as const, "linux" as const),
      arch: fc.constantFrom("amd64" as const, "arm64" as const),
      url: fc.webUrl(),
      sha256,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  health: fc.record({
    path: text,
    intervalSeconds: seconds,
    timeoutSeconds: seconds,
    consecutiveSuccesses: seconds,
    deadlineSeconds: seconds,
  }),
  stop: fc.record({ drainSeconds: seconds, stopSeconds: seconds, killSeconds: seconds }),
  releasesToKeep: seconds,
  secrets: fc.array(fc.record({ name: text, url: vaultUrl, clientId: text }), { maxLength: 2 }),
  certificate: fc.record({ url: vaultUrl, clientId: text }),
});

describe("AgentSpec of a sandbox machine", () => {
  const published = (spec: AgentSpec) => ({
    block: 99,
    artifacts: Object.fromEntries(
      spec.artifacts.map((artifact, index) => [
        artifact.sha256,
        {
          fileName: "orders.exe",
          sha256: artifact.sha256,
          host: { fileName: "my orders", sha256: String(index).repeat(64) },
        },
      ]),
    ),
  });

  it("differs from the declared one only where the table of allowed differences says so", () => {
    const allowed = ALLOWED_DIFFERENCES.flatMap(({ agentSpecPaths }) => agentSpecPaths);
    fc.assert(
      fc.property(anySpec, (spec) => {
        const rendered = renderHostSpec(spec, published(spec), HOST, LOCAL);
        for (const path of differences(spec, rendered)) {
          expect(
            allowed.some((start) => path === start || path.startsWith(`${start}.`)),
            path,
          ).to.equal(true);
        }
        // What was declared is still there, in its place; only entries for this computer follow.
        expect(rendered.artifacts.slice(0, spec.artifacts.length)).to.deep.equal(spec.artifacts);
        for (const added of rendered.artifacts.slice(spec.artifacts.length)) expect(added).to.include(HOST);
      }),
    );
  });

  it("gets the host build of each Windows build, found by its hash", () => {
    const [spec] = fc.sample(anySpec, 1) as [AgentSpec];
    spec.artifacts = [{ os: "windows", arch: "amd64", url: "https://example.test/orders.exe", sha256: "a".repeat(64) }];
    const rendered = renderHostSpec(spec, published(spec), HOST, LOCAL);
    const hash = "0".repeat(64);
    expect(rendered.artifacts[1]).to.deep.equal({
      ...HOST,
      url: `http://127.99.0.1:7400/artifacts/${hash}/my%20orders`,
      sha256: hash,
    });
  });

  it("reads the same secrets at the addresses of the vaults here", () => {
    const [spec] = fc.sample(anySpec, 1) as [AgentSpec];
    const secret = { name: "TOKEN", url: "https://a.vault.azure.net/secrets/token", clientId: "c" };
    const certificate = { url: "https://b.vault.azure.net/secrets/web", clientId: "c" };
    const rendered = renderHostSpec({ ...spec, secrets: [secret], certificate }, published(spec), HOST, LOCAL);
    expect(rendered.secrets).to.deep.equal([{ ...secret, url: "http://127.99.1.1:7401/secrets/token" }]);
    expect(rendered.certificate).to.deep.equal({ ...certificate, url: "http://127.99.1.1:7401/secrets/web" });
  });

  it("leaves the declared document as it was", () => {
    const [spec] = fc.sample(anySpec, 1) as [AgentSpec];
    const before = structuredClone(spec);
    renderHostSpec(spec, published(spec), HOST, LOCAL);
    expect(spec).to.deep.equal(before);
  });

  it("is checked by a comparison that finds a difference", () => {
    expect(differences({ a: { b: [1] }, c: 1 }, { a: { b: [1, 2] }, c: 2 })).to.deep.equal(["a.b.1", "c"]);
  });
});
