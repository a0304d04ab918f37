import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A program that does nothing, whose version a linker can set. */
const SOURCE = {
  "go.mod": "module example.com/tiny\n\ngo 1.21\n",
  "main.go": 'package main\n\nvar version = "0.0.0-dev"\n\nfunc main() { println(version) }\n',
};

export function writeSource(folder: string, source: Record<string, string> = SOURCE): void {
  for (const [file, content] of Object.entries(source)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
}

/** Builds the source in a folder for Windows, and returns the program. Go's cache makes this a matter of a second. */
export function goProgram(folder: string, flags: string[] = [], arch = "amd64"): Buffer {
  const file = join(folder, "out.exe");
  execFileSync("go", ["build", "-buildvcs=false", ...flags, "-o", file, "."], {
    cwd: folder,
    env: { ...process.env, GOOS: "windows", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return readFileSync(file);
}
