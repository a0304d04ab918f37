import { join } from "node:path";
import { succeed } from "./command";
import { REPOSITORY } from "./sandbox-stack";

/** Builds a Go package of this repository, or its tests, as one program for Windows. */
export async function windowsBuild(
  module: string,
  pkg: string,
  output: string,
  { tags = [], linker = "", test = false }: { tags?: readonly string[]; linker?: string; test?: boolean } = {},
): Promise<void> {
  const verb = test ? ["test", "-c"] : ["build"];
  const flags = ["-buildvcs=false", "-trimpath", "-tags", tags.join(","), "-ldflags", `-s -w ${linker}`];
  await succeed("go", [...verb, ...flags, "-o", output, pkg], {
    cwd: join(REPOSITORY, module),
    env: { ...process.env, GOOS: "windows", GOARCH: "amd64", CGO_ENABLED: "0" },
    timeoutSeconds: 300,
  });
}
