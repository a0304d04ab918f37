import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLeaks, findLeaksBelow, makeCanary, type AllowedPlace, type Leak } from "./canaries";
import { succeed } from "./command";
import { REPOSITORY, SandboxStack } from "./sandbox-stack";

/** Secrets of a service that its document holds. */
export const DOCUMENT_SECRETS = ["argument", "environment", "token"];

/** The places that have to hold a secret however a service gets on its machines, each looked at by a person. */
export const USUAL_PLACES: readonly AllowedPlace[] = [
  {
    place: /^input\/settings\.json$/,
    canaries: [...DOCUMENT_SECRETS, "password", "secret"],
    reason: "the test's own file, from which the program takes them",
  },
  {
    place: /^decrypted export$/,
    canaries: [...DOCUMENT_SECRETS, "password", "secret"],
    reason: "asked for by --show-secrets; shows that the state holds them, encrypted",
  },
  {
    place: /^sandbox\/machines\/[^/]+\/root\/services\/greeter\/releases\/[^/]+\/spec\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "a release's own document on the machine: without it no going back to a former release",
  },
  {
    place: /^sandbox\/machines\/[^/]+\/root\/scm\/services\/greeter\.json$/,
    canaries: DOCUMENT_SECRETS,
    reason: "the service as the machine's service manager starts it",
  },
  {
    place: /^sandbox\/machines\/[^/]+\/root\/services\/greeter\/secrets\/versions\/[^/]+\/secret-API_KEY$/,
    canaries: ["secret"],
    reason: "the file by which a machine hands it to the service",
  },
];

/** A program that gets marked secrets from a file of the test's own, and whatever is found of them anywhere. */
export class CanaryStack<Canary extends string> extends SandboxStack {
  readonly settings = join(this.folder, "input", "settings.json");
  readonly leaks: Leak[] = [];
  readonly values: Record<Canary, string>;
  readonly #marks: Record<string, string>;
  #sinceMs = 0;

  constructor(program: string, names: readonly Canary[]) {
    super(program);
    const made = names.map((name) => [name, makeCanary()] as const);
    this.values = Object.fromEntries(made.map(([name, { value }]) => [name, value])) as Record<Canary, string>;
    this.#marks = Object.fromEntries(made.map(([name, { mark }]) => [name, mark]));
    this.env.TMPDIR = join(this.folder, "tmp");
  }

  override async create(): Promise<void> {
    mkdirSync(this.env.TMPDIR!);
    mkdirSync(join(this.settings, ".."));
    await super.create({ settings: this.settings });
    this.#sinceMs = Date.now();
  }

  declare(settings: object): void {
    writeFileSync(this.settings, JSON.stringify({ ...settings, canaries: this.values }));
  }

  /** Searches what somebody could read. */
  search(place: string, content: string): void {
    this.leaks.push(...findLeaks(place, content, this.#marks));
  }

  /** Searches every file that was written since the stack was made. */
  searchFiles(): void {
    this.leaks.push(...findLeaksBelow(this.folder, this.#sinceMs, this.#marks));
  }

  /** Runs a Pulumi command and searches what it prints. */
  async run(title: string, args: string[], expectedToFail = false): Promise<string> {
    const { code, stdout, stderr } = await this.tryPulumi(args);
    expect(code !== 0, `${title}\n${stdout}\n${stderr}`).to.equal(expectedToFail);
    this.search(title, stdout + stderr);
    return stdout + stderr;
  }

  async previews(when: string): Promise<void> {
    for (const form of [[], ["--diff"], ["--json"]]) {
      await this.run(`${when}: preview ${form.join("")}`, ["preview", ...form, "--stack", "dev"]);
    }
  }

  /** Everything that the stack keeps and what the sandbox tells about it. */
  async searchEverything(): Promise<void> {
    await this.run("stack export", ["stack", "export", "--stack", "dev"]);
    await this.run("decrypted export", ["stack", "export", "--show-secrets", "--stack", "dev"]);
    await this.run("stack history", ["stack", "history", "--json", "--stack", "dev"]);
    await this.run("stack output", ["stack", "output", "--json", "--stack", "dev"]);
    const logs = (await this.machines()).map(({ name }) => ["logs", name]);
    for (const about of [...logs, ["status", "--json"], ["machines", "--json"], ["logs"], ["status"]]) {
      this.search(`windows-ha sandbox ${about.join(" ")}`, await this.cli(["sandbox", ...about]));
    }
    this.searchFiles();
  }
}

/** Builds the service that says its secret argument aloud. */
export async function buildGreeter(folder: string): Promise<string> {
  const file = join(folder, "input", "greeter.exe");
  for (const [os, output] of [
    ["windows", file],
    ["linux", file.replace(/\.exe$/, "")],
  ] as const) {
    await succeed("go", ["build", "-o", output, "."], {
      cwd: join(REPOSITORY, "test/journeys/fixtures/greeter"),
      env: { ...process.env, GOOS: os, CGO_ENABLED: "0" },
    });
  }
  return file;
}
