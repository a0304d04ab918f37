/**
 * How a third-party tool can come to this computer: each way is one function that returns
 *
 *   { find }                             looks for the tool where it may be already: a path, or undefined
 *   { version, unavailable, install }    makes it: `unavailable` says quickly why it can't, `install` puts `binary`
 *                                        (and what belongs beside it) into the empty folder `staging`
 *
 * All get a context: { binary, staging, log, signal, env, detail }.
 */
import { accessSync, constants, existsSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fetchPackage } from "./npm-package.mjs";
import { expectSuccess } from "./progress.mjs";
import { run } from "./process.mjs";
import { inRange } from "./versions.mjs";
import { executable, root } from "./workspace.mjs";

const REACH_TIMEOUT_MS = 3_000;
/** A wrapper that downloads at its first run is not a tool that is in place. */
const VERSION_TIMEOUT_SECONDS = 10;

/**
 * What the program says about its version, or undefined when it can't be asked.
 *
 * @param {string} path
 * @param {string[]} versionArgs
 * @param {{ signal?: AbortSignal, env?: NodeJS.ProcessEnv }} [context]
 */
export async function versionOf(path, versionArgs, { signal, env } = {}) {
  try {
    // Only Windows' command scripts, npm's for example, need a shell; a path may hold blanks and must not get one.
    const shell = process.platform === "win32" && path === "npm";
    const result = await run(path, versionArgs, { signal, env, shell, timeoutSeconds: VERSION_TIMEOUT_SECONDS });
    // OpenSSH says it on standard error.
    return result.code === 0 ? result.stdout.trim() || result.tail.join("\n").trim() : undefined;
  } catch (error) {
    if (error.name === "Interrupted") throw error;
    return undefined;
  }
}

/** On PATH, in an accepted version. */
export function onPath({ versionArgs, accepted }) {
  return {
    name: "on PATH",
    async find({ binary, signal, env = process.env }) {
      const path = searchPath(binary, env);
      if (!path) return undefined;
      const version = await versionOf(path, versionArgs, { signal, env });
      return version && inRange(version, accepted) ? { path, version } : undefined;
    },
  };
}

export function searchPath(binary, env) {
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, executable(binary))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The vendor's npm package that downloads its program at its first run.
 *
 * @param {object} options
 * @param {string} options.package
 * @param {string} options.version
 * @param {string} options.integrity of the package, as in a lockfile
 * @param {string} options.site where its program comes from: asked first, so that a closed network costs no waiting
 * @param {string} options.entry its start script
 * @param {string[]} options.firstRun arguments that make it download and do nothing else
 * @param {string} options.homeVariable names the folder that it fills
 * @param {string} options.result the folder with the binaries, below that one
 */
export function npmDownload(options) {
  const { package: name, version, integrity, site, entry, firstRun, homeVariable, result } = options;
  return {
    name: "the vendor's download",
    version,
    async unavailable({ signal }) {
      try {
        const timeout = AbortSignal.timeout(REACH_TIMEOUT_MS);
        const abort = signal ? AbortSignal.any([signal, timeout]) : timeout;
        const { ok, status } = await fetch(site, { method: "HEAD", signal: abort });
        return ok ? undefined : `${new URL(site).host} answered ${status}`;
      } catch {
        signal?.throwIfAborted();
        return `${new URL(site).host} can't be reached`;
      }
    },
    async install({ staging, log, signal, env }) {
      const spec = `${name}@${version}`;
      const folder = await fetchPackage({ spec, integrity }, { staging, log, signal, env });
      const home = join(staging, "home");
      const first = await run(process.execPath, [join(folder, entry), ...firstRun], {
        cwd: staging,
        log,
        signal,
        env: { ...env, [homeVariable]: home },
      });
      expectSuccess(`The download of ${spec}`, first);
      moveUp(join(home, result), staging);
    },
  };
}

/** Makes `folder` the only content of `staging`, an ancestor of it. */
function moveUp(folder, staging) {
  const aside = `${staging}.result`;
  renameSync(folder, aside);
  rmSync(staging, { recursive: true });
  renameSync(aside, staging);
}

/**
 * A build from Go modules, pinned by the go.mod and go.sum in `tools/third-party/<module>`.
 *
 * @param {object} options
 * @param {string} options.version
 * @param {string} options.module
 * @param {string} options.package
 * @param {string} [options.ldflags]
 * @param {string} options.about how long it takes the first time
 * @param {string} [options.modules] the folder with the pinned modules
 */
export function goBuild({ version, module, package: goPackage, ldflags = "", about, modules }) {
  const folder = join(modules ?? join(root, "tools", "third-party"), module);
  return {
    name: "a build from Go modules",
    version,
    note: `building ${version} from its Go modules: about ${about} the first time`,
    async unavailable() {
      return existsSync(join(folder, "go.mod")) ? undefined : `${folder} has no go.mod`;
    },
    async install({ binary, staging, log, signal, env, detail }) {
      const counts = { downloaded: 0, compiled: 0 };
      const result = await run(
        "go",
        // -v names each package as it is compiled: the only sign of progress that the Go command gives.
        [
          "build",
          "-v",
          "-mod=readonly",
          "-buildvcs=false",
          "-trimpath",
          "-ldflags",
          ldflags,
          "-o",
          join(staging, executable(binary)),
          goPackage,
        ],
        {
          cwd: folder,
          log,
          signal,
          env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOOS: "", GOARCH: "", GOFLAGS: "" },
          onLine(line) {
            if (line.startsWith("go: downloading")) counts.downloaded += 1;
            else counts.compiled += 1;
            detail?.(`${counts.downloaded} modules fetched, ${counts.compiled} packages compiled`);
          },
        },
      );
      expectSuccess("go build", result);
    },
  };
}
