// Builds windows-ha-agent into bin/<os>-<arch>/ with Go, reproducibly: the same source gives the same bytes, whoever
// builds it and where. Go's own cache makes an unchanged build a matter of a tenth of a second.
//
//   node build.mjs                  both Windows platforms and, on Linux, this computer's
//   node build.mjs linux-amd64 …    the named platforms
//   node build.mjs --out FOLDER …   into another folder than bin/
//
// Runs on Node 20 with built-in modules only: it is part of the set-up.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULE = "github.com/windows-ha/windows-ha/packages/agent";
const WINDOWS = ["windows-amd64", "windows-arm64"];
const LINUX = ["linux-amd64", "linux-arm64"];
/** All that it can be built for; `platforms/` has a package for each. */
export const TARGETS = [...WINDOWS, ...LINUX];
const GO_ARCH = { x64: "amd64", arm64: "arm64" };

/** What a plain `node build.mjs` builds. */
export function defaultTargets() {
  return platform() === "linux" ? [...WINDOWS, `linux-${GO_ARCH[arch()] ?? arch()}`] : WINDOWS;
}

/** Builds one target, such as "windows-amd64", and returns the program's path. */
export function build(target, out = join(HERE, "bin")) {
  if (!TARGETS.includes(target)) {
    throw new Error(`Target: seen ${JSON.stringify(target)}; allowed: ${TARGETS.join(", ")}`);
  }
  const [goos, goarch] = target.split("-");
  const file = join(out, target, goos === "windows" ? "windows-ha-agent.exe" : "windows-ha-agent");
  const { version } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
  mkdirSync(dirname(file), { recursive: true });
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w -X ${MODULE}/internal/cli.Version=${version}`];
  const result = spawnSync("go", ["build", ...flags, "-o", file, "./cmd/windows-ha-agent"], {
    cwd: HERE,
    env: {
      ...process.env,
      GOOS: goos,
      GOARCH: goarch,
      CGO_ENABLED: "0",
      GOFLAGS: "-trimpath",
      GOAMD64: "v1",
      GOARM64: "v8.0",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const { code } = /** @type {NodeJS.ErrnoException} */ (result.error ?? {});
  if (code === "ENOENT") throw new Error("`go` is not on PATH: install Go 1.26 or newer from https://go.dev/dl");
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`go build for ${target} failed with exit code ${result.status}`);
  return file;
}

function main(args) {
  const at = args.indexOf("--out");
  const out = at < 0 ? undefined : resolve(args.splice(at, 2)[1] ?? "");
  for (const target of args.length > 0 ? args : defaultTargets()) {
    const began = Date.now();
    const file = build(target, out);
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    console.log(`windows-ha-agent ${target}: ${megabytes} MB, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
