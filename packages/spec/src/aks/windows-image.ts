import { DEFAULTS } from "../defaults";
import type { Finding } from "../finding";
import { goBuildArguments, goEnvironment } from "../go-build";
import { SERVICE_NAME, SEMANTIC_VERSION } from "../service";
import type { ObjectField } from "../shape";
import { WINDOWS_VERSION_FIELD } from "./windows-os";

/** An image of a Go service for Windows nodes. */
export interface WindowsImageSpec {
  name: string;
  version: string;
  repository: string;
  windowsVersion: string;
  base: string;
  goImage: string;
  package: string;
  versionVariable?: string;
  port: number;
}

export const WINDOWS_BASES = ["nanoserver", "servercore"] as const;

const { image: defaults } = DEFAULTS.aks;

export const WINDOWS_IMAGE_FIELD: ObjectField = {
  kind: "object",
  fields: {
    name: SERVICE_NAME,
    version: {
      kind: "string",
      required: true,
      pattern: SEMANTIC_VERSION,
      allowed: "a semantic version such as 1.4.2 (three numbers, no leading v)",
    },
    repository: {
      kind: "string",
      required: true,
      pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      allowed: 'a registry and a repository in it, without tag: "orders.azurecr.io/orders"',
    },
    windowsVersion: { ...WINDOWS_VERSION_FIELD, default: DEFAULTS.aks.workload.windowsVersion },
    base: { kind: "string", oneOf: WINDOWS_BASES, default: defaults.base },
    goImage: {
      kind: "string",
      default: defaults.goImage,
      pattern: /^[a-z0-9][A-Za-z0-9._/:@-]*$/,
      allowed: 'an image with Go on Linux, such as "golang:1.26"',
    },
    package: {
      kind: "string",
      default: defaults.package,
      pattern: /^(\.|\.\/[A-Za-z0-9._/-]+)$/,
      allowed: 'a package below the build\'s folder, such as "./cmd/orders"',
    },
    versionVariable: {
      kind: "string",
      pattern: /^[A-Za-z0-9_~-][A-Za-z0-9_.~/-]*\.[A-Za-z_]\w*$/,
      allowed: 'a string variable by its package and name, such as "main.version"',
    },
    port: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
  },
};

/** Folder of the program in the image. */
const FOLDER = "/app";

/**
 * Built on any machine with BuildKit: Go runs on the builder's own platform, and nothing runs in the Windows stage (E15).
 * What changes seldom comes first (S3-32), and modules and compiled packages stay in caches between builds.
 */
export function dockerfile(image: WindowsImageSpec): string {
  const { name, version, windowsVersion, base, goImage, port, versionVariable } = image;
  const program = `${name}.exe`;
  const target = { os: "windows", arch: "amd64", tags: [] } as const;
  const settings = Object.entries(goEnvironment(target)).filter(([variable]) => variable !== "GOARM64");
  const build = goBuildArguments({
    package: image.package,
    file: `/out/${program}`,
    variables: versionVariable === undefined ? {} : { [versionVariable]: version },
  });
  return [
    "# syntax=docker/dockerfile:1",
    `FROM --platform=$BUILDPLATFORM ${goImage} AS build`,
    "WORKDIR /src",
    `ENV ${settings.map(([variable, value]) => `${variable}=${value}`).join(" ")}`,
    "COPY go.mod go.sum* ./",
    "RUN --mount=type=cache,target=/go/pkg/mod go mod download",
    "COPY . .",
    "RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\",
    `    go ${build.map(shellWord).join(" ")}`,
    "",
    `FROM mcr.microsoft.com/windows/${base}:${windowsVersion}`,
    `LABEL org.opencontainers.image.title=${name} org.opencontainers.image.version=${version}`,
    `COPY --from=build /out/${program} ${FOLDER}/${program}`,
    "USER ContainerUser",
    `EXPOSE ${port}`,
    `ENTRYPOINT ["C:${FOLDER}/${program}"]`,
    "",
  ].join("\n");
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_./=-]+$/.test(word) ? word : `'${word}'`;
}

/** Neither secrets nor results of builds get into a layer, or spoil the cache. What Go embeds stays. */
const IGNORED = [
  "**/.git",
  "**/.env*",
  "**/*.exe",
  "**/*.key",
  "**/*.pem",
  "**/*.pfx",
  "**/*_test.go",
  "**/node_modules",
  "**/Pulumi.*.yaml",
  "dist",
  "Dockerfile",
  ".dockerignore",
];

export function dockerignore(): string {
  return `${IGNORED.join("\n")}\n`;
}

/** Repository and tag; "+" can't stand in a tag. */
export function imageReference({ repository, version }: WindowsImageSpec): string {
  return `${repository}:${version.replaceAll("+", "_")}`;
}

/** What builds and pushes it, from the folder with go.mod. */
export function buildCommand(image: WindowsImageSpec): string[] {
  return [
    "docker",
    "buildx",
    "build",
    "--platform",
    "windows/amd64",
    "--tag",
    imageReference(image),
    "--provenance=false",
    "--push",
    ".",
  ];
}

/** Tags are at most 128 characters. */
export function checkWindowsImage(image: WindowsImageSpec): Finding[] {
  if (image.version.length <= 128) return [];
  return [
    {
      rule: "length",
      path: "version",
      seen: `${image.version.length} characters`,
      allowed: "at most 128, as a tag has",
      fix: "Shorten the build's metadata.",
    },
  ];
}
