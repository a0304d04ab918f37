// The licences of what is linked into windows-ha-agent: they ask to come along with the program.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const LICENSE_FILE = /^(licen[cs]e|copying|notice|patents)/i;
const MODULE = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}";

/** The text for one target, such as "windows-amd64"; the same wherever it is made. */
export function notices(target) {
  const [GOOS, GOARCH] = target.split("-");
  const go = (...args) =>
    execFileSync("go", args, {
      cwd: HERE,
      encoding: "utf8",
      env: { ...process.env, GOOS, GOARCH, CGO_ENABLED: "0", GOFLAGS: "" },
    }).trim();
  const lines = go("list", "-deps", "-f", MODULE, "./cmd/windows-ha-agent").split("\n");
  const modules = [...new Set(lines)].filter(Boolean).map((line) => line.split("\t"));
  const [goVersion, goRoot] = go("env", "GOVERSION", "GOROOT").split("\n");
  const parts = [["Go, its runtime and standard library", goVersion, goRoot], ...modules.sort(byName)];
  return parts.map(([name, version, folder]) => section(name, version, folder)).join("\n");
}

function section(name, version, folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => LICENSE_FILE.test(file)) : [];
  if (files.length === 0) {
    throw new Error(
      `${name} ${version} has no licence file in ${folder}. A release needs it: ` +
        "use a Go from https://go.dev/dl, whose folder has one, and modules that say their licence",
    );
  }
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  return `${"=".repeat(80)}\n${name} ${version}\n${"=".repeat(80)}\n\n${texts.join("\n\n")}\n`;
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}
