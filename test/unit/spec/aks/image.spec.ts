import { expect } from "chai";
import {
  buildCommand,
  dockerfile,
  dockerignore,
  imageReference,
  resolve,
  WINDOWS_IMAGE_FIELD,
  type WindowsImageSpec,
} from "@windows-ha/spec";

const ARGS = { name: "orders", version: "1.4.2+build.7", repository: "orders.azurecr.io/orders", port: 8080 };
const specOf = (changes: Partial<WindowsImageSpec> = {}): WindowsImageSpec =>
  resolve<WindowsImageSpec>(
    WINDOWS_IMAGE_FIELD,
    { ...ARGS, ...changes },
    (spec) => spec,
    () => [],
  ).spec!;

describe("the image of a service", () => {
  it("is built on the builder's own platform, and nothing runs in the Windows stage", () => {
    const [builder, windows] = dockerfile(specOf()).split("\nFROM mcr.");
    expect(builder).to.match(/FROM --platform=\$BUILDPLATFORM golang:1\.26 AS build/);
    expect(builder).to.include("GOOS=windows").and.include("CGO_ENABLED=0").and.include("GOARCH=amd64");
    expect(windows).to.match(/^microsoft\.com\/windows\/nanoserver:ltsc2022\n/);
    expect(windows).not.to.match(/^(RUN|ADD|WORKDIR|SHELL)\b/m);
    expect(windows).to.include("USER ContainerUser").and.include('ENTRYPOINT ["C:/app/orders.exe"]');
  });

  it("keeps what changes seldom in front, so that a change of code downloads no module again", () => {
    const text = dockerfile(specOf());
    const order = ["COPY go.mod", "go mod download", "COPY . .", "go build"].map((step) => text.indexOf(step));
    expect(order)
      .to.deep.equal([...order].sort((one, other) => one - other))
      .and.not.to.include(-1);
  });

  it("is for the Windows that the pool has", () => {
    expect(dockerfile(specOf({ windowsVersion: "ltsc2025", base: "servercore" }))).to.include(
      "windows/servercore:ltsc2025",
    );
    const { findings } = resolve(
      WINDOWS_IMAGE_FIELD,
      { ...ARGS, windowsVersion: "ltsc2019" },
      (spec) => spec,
      () => [],
    );
    expect(findings.map(({ path, rule }) => `${path} [${rule}]`)).to.deep.equal(["windowsVersion [one-of]"]);
  });

  it("says its version to the program, and has it as its tag", () => {
    expect(dockerfile(specOf({ versionVariable: "main.version" }))).to.include("-X main.version=1.4.2+build.7");
    expect(imageReference(specOf())).to.equal("orders.azurecr.io/orders:1.4.2_build.7");
    expect(buildCommand(specOf()).join(" ")).to.include("buildx build --platform windows/amd64");
  });

  it("takes neither keys nor results of builds into the build", () => {
    expect(dockerignore().split("\n")).to.include.members(["**/.git", "**/*.pem", "**/.env*", "**/*.exe"]);
  });
});
