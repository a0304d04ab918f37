import { entries, node24 } from "./lib/workspace.mjs";

/** Folders with a go.mod, and the platforms that their programs are for. */
const goModules = ["packages/agent", "examples/services/orders"];
const windowsPlatforms = [
  { GOOS: "windows", GOARCH: "amd64" },
  { GOOS: "windows", GOARCH: "arm64" },
];

/**
 * Everything that `npm test` runs, quick things first.
 *
 * `count` says how many tests a suite is: `check` is one that passes or fails, `mocha` and `go` count their own.
 * `budgetSeconds` is for 2 cores: a suite that takes longer is ended and counts as failed.
 * `fast` ones run with `--fast` too, with `fastArgs` if there are any.
 *
 * @type {Suite[]}
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string[]} [fastArgs]
 * @property {string} [cwd] below the root
 * @property {Record<string, string>} [env]
 * @property {"check" | "mocha" | "go"} count
 * @property {number} budgetSeconds
 * @property {boolean} fast
 * @property {boolean} [sideBySide] for tests that measure no time, and wait more than they compute: two run at once
 */
export const suites = [
  // Looks at what has changed since the last time.
  check(
    "format",
    [entries.prettier, "--check", "--cache", "--cache-strategy", "content", "--log-level", "warn", "."],
    90,
  ),
  // It keeps the types of every provider's SDK at once: 5.6 GB, and more than a minute.
  check("lint", ["--max-old-space-size=8192", entries.eslint, ".", "--max-warnings", "0"], 300, { fast: false }),
  check("types of tests", [entries.tsc, "-p", "test"], 90),
  check("types of tools", [entries.tsc, "-p", "tools"], 90),
  check(
    "rooms",
    [entries.depcruise, "--config", ".dependency-cruiser.cjs", "packages", "examples", "stacks", "bench"],
    90,
  ),
  check("unused", [entries.knip], 90),
  check("API reference", [entries.typedoc, "--emit", "none"], 120, { fast: false }),
  check("generated", [entries.tsx, "tools/generate.ts", "--check"], 90),
  ...goModules.flatMap((folder) => [goVet(folder), ...windowsPlatforms.map((platform) => goVet(folder, platform))]),
  ...goModules.map(goTest),
  // Real processes, real Go builds, SSH connections, RSA keys, bundles and type-checked snippets take their time.
  mocha("unit", {
    budgetSeconds: 400,
    fast: true,
    jobs: 2,
    slow: [
      "test/unit/sandbox/{data-plane,daemon,command,tls}/**",
      "test/unit/{cli,agent}/build.spec.ts",
      "test/unit/cli/exec.spec.ts",
      "test/unit/action/action.spec.ts",
      "test/unit/report/page.spec.ts",
      "test/unit/components/artifact-builds.spec.ts",
      "test/unit/docs-snippets.spec.ts",
      "test/unit/spec/program.spec.ts",
      "test/unit/tools/bundle.spec.ts",
    ],
  }),
  mocha("azure-sdk", { budgetSeconds: 60, fast: true }),
  // Programs in sandboxes of their own. They wait half of the time, for probes and drains: with five at once the computer is
  // busy all the time, and what has a time limit fails.
  mocha("engine", { budgetSeconds: 1800, fast: false, jobs: 3 }),
  // Programs for Windows under Wine, which starts a computer of its own: 20 seconds of it.
  mocha("windows", { budgetSeconds: 540, fast: false, sideBySide: true }),
  // Real servers of discovery, their elections and checks, one datacenter at a time: by rendered files, and by agents.
  mocha("consul", { budgetSeconds: 360, fast: false }),
  // Real control planes of Kubernetes, whose nodes kwok has, and which mostly wait: for starts, drains and lost zones.
  mocha("aks", { budgetSeconds: 400, fast: false, jobs: 2, sideBySide: true }),
  // Here time is what is measured: one after the other. Half of it is a rollout under load with the drain of the defaults'
  // probe, which waits for two probes out and two back in on each machine.
  mocha("failover", { budgetSeconds: 480, fast: false }),
  mocha("journeys", { budgetSeconds: 900, fast: false, sideBySide: true }),
];

/** @returns {Suite} */
function check(name, args, budgetSeconds, { fast = true } = {}) {
  return { name, command: node24, args, count: "check", budgetSeconds, fast };
}

/** @returns {Suite} */
function goVet(folder, platform) {
  const target = platform ? ` ${platform.GOOS}/${platform.GOARCH}` : "";
  return {
    name: `go vet ${folder}${target}`,
    command: "go",
    args: ["vet", "./..."],
    cwd: folder,
    env: platform,
    count: "check",
    budgetSeconds: 180,
    fast: true,
  };
}

/** @returns {Suite} */
function goTest(folder) {
  return {
    name: `go test ${folder}`,
    command: "go",
    args: ["test", "-json", "-count=1", "./..."],
    // Go takes flags before packages only.
    fastArgs: ["test", "-json", "-short", "./..."],
    cwd: folder,
    count: "go",
    budgetSeconds: 300,
    fast: true,
  };
}

/**
 * @param {string} layer
 * @param {{ budgetSeconds: number, fast: boolean, slow?: string[], jobs?: number, sideBySide?: boolean }} options slow: what `--fast` leaves
 *   out; jobs: how many files run at once
 * @returns {Suite}
 */
function mocha(layer, { budgetSeconds, fast, slow = [], jobs = 1, sideBySide = false }) {
  const parallel = jobs > 1 ? ["--parallel", "--jobs", String(jobs)] : [];
  const args = [entries.mocha, "--reporter", "tools/mocha-reporter.cjs", ...parallel, `test/${layer}/**/*.spec.ts`];
  const fastArgs = [...args, ...slow.flatMap((files) => ["--ignore", files])];
  return { name: layer, command: node24, args, fastArgs, count: "mocha", budgetSeconds, fast, sideBySide };
}
