import type { WindowsArchitecture } from "./portable-executable";

/** What a Go program is built for. */
export interface GoTarget {
  os: string;
  arch: WindowsArchitecture;
  /** Build tags. */
  tags: readonly string[];
}

/** What its linker writes into it, and where to. */
export interface GoProgram {
  /** The package to build, as `go build` takes it. */
  package: string;
  /** Path of the program. */
  file: string;
  /** Values of string variables by their full name, for example `main.version`. */
  variables: Readonly<Record<string, string>>;
}

/**
 * Environment of every Go command of a build. What changes a program's bytes is pinned, so that nobody's `go env -w`
 * gets into a release.
 */
export function goEnvironment({ os, arch, tags }: GoTarget): Record<string, string> {
  return {
    GOOS: os,
    GOARCH: arch,
    CGO_ENABLED: "0",
    GOAMD64: "v1",
    GOARM64: "v8.0",
    // Never empty: Go takes an empty variable for a missing one, and asks the file that `go env -w` writes.
    GOFLAGS: ["-trimpath", ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`])].join(" "),
  };
}

/**
 * How Go builds a release: one static program with neither paths nor symbols nor the state of a repository in it, so
 * that equal source, options and Go version give equal bytes wherever it is built (S0-01, S0-04, S1-31).
 */
export function goBuildArguments({ variables, file, package: name }: GoProgram): string[] {
  const values = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`);
  return ["build", "-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...values].join(" "), "-o", file, name];
}

/** A string variable by its package and name; the linker would take blanks and quotes for options of its own. */
export const GO_VARIABLE = /^[A-Za-z0-9_~-][A-Za-z0-9_.~/-]*\.[A-Za-z_]\w*$/;

/** What such a variable can be set to. */
export const GO_VARIABLE_VALUE = /^[^\s"'`\\]*$/;
