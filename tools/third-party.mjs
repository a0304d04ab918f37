import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianPackages } from "./lib/debian.mjs";
import { kubernetesTools } from "./lib/kubernetes-tools.mjs";
import { npmProgram } from "./lib/npm-package.mjs";
import { goBuild, npmDownload, onPath } from "./lib/ways.mjs";

const PULUMI_ON_PATH = { atLeast: "3.248.0", below: "4.0.0" };

/**
 * Every program of somebody else that a command of this repository starts, and the ways to it, best first.
 * A row is fetched only for the commands that need it. A new way is a function in `lib/ways.mjs`.
 */
export const thirdPartyTools = [
  {
    name: "pulumi",
    title: "Pulumi CLI",
    binary: "pulumi",
    versionArgs: ["version"],
    neededFor: ["start", "start --consul", "test"],
    ways: [
      onPath({ versionArgs: ["version"], accepted: PULUMI_ON_PATH }),
      npmDownload({
        package: "pulumi",
        version: "3.265.0",
        integrity: "sha512-ucJ39xgF3OlLZADNJ6AoHa843jHevkfWfEHu+5TyrXAuuS2OPSO465Tda43KVX8JhogMA6floTJPj3vlR41nng==",
        site: "https://get.pulumi.com/install.sh",
        entry: "run.js",
        firstRun: ["version"],
        homeVariable: "PULUMI_HOME",
        result: "versions/3.265.0/bin",
      }),
      goBuild({
        // The newest version whose modules resolve: later ones require modules that were never published.
        version: "3.259.0",
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ldflags: "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
        about: "4 minutes",
      }),
    ],
  },
  {
    // Runs programs in YAML (`test/engine/yaml.spec.ts`). It can't say its version: `go.sum` pins it.
    name: "pulumi-yaml",
    title: "Pulumi's language host for YAML",
    binary: "pulumi-language-yaml",
    neededFor: ["test"],
    ways: [
      goBuild({
        version: "1.32.0",
        module: "pulumi-yaml",
        package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        ldflags: "-s -w",
        about: "2 minutes",
      }),
    ],
  },
  {
    // Servers and clients of discovery. Tests and the sandbox run it: its licence (BUSL-1.1) lets nobody bundle it.
    name: "consul",
    title: "Consul",
    binary: "consul",
    versionArgs: ["version"],
    neededFor: ["start --consul", "test"],
    ways: [
      onPath({ versionArgs: ["version"], accepted: { atLeast: "1.21.0", below: "2.0.0" } }),
      goBuild({
        // The newest version whose modules resolve: later ones require modules that were never published.
        version: "1.21.0",
        module: "consul",
        package: "github.com/hashicorp/consul",
        ldflags: "-s -w",
        about: "5 minutes on 2 cores, with 2.4 GB of modules,",
      }),
    ],
  },
  {
    // Writes Services of Kubernetes into Consul's catalogue: `test/aks/catalog-sync.spec.ts`.
    name: "consul-k8s-control-plane",
    title: "Consul's part for Kubernetes",
    binary: "consul-k8s-control-plane",
    versionArgs: ["version"],
    neededFor: ["test"],
    ways: [
      onPath({ versionArgs: ["version"], accepted: { atLeast: "1.4.0", below: "2.0.0" } }),
      goBuild({
        // Its releases are no versions of a Go module; this commit, between 1.4 and 1.5, is one that modules can be had of.
        version: "1.5.0",
        module: "consul-k8s",
        package: "github.com/hashicorp/consul-k8s/control-plane",
        ldflags: "-s -w",
        about: "2 minutes on 2 cores",
      }),
    ],
  },
  {
    // Reads workflows of GitHub, ours and those in the docs (`test/unit/action/workflows.spec.ts`).
    name: "actionlint",
    title: "actionlint",
    binary: "actionlint",
    versionArgs: ["-version"],
    neededFor: ["test"],
    ways: [
      onPath({ versionArgs: ["-version"], accepted: { atLeast: "1.7.12", below: "2.0.0" } }),
      goBuild({
        version: "1.7.12",
        module: "actionlint",
        package: "github.com/rhysd/actionlint/cmd/actionlint",
        ldflags: "-s -w -X github.com/rhysd/actionlint.version=v1.7.12",
        about: "5 seconds",
      }),
    ],
  },
  {
    // Runs the agent and a service built for Windows (`test/wine`).
    name: "wine",
    title: "Wine",
    binary: "wine",
    versionArgs: ["--version"],
    neededFor: ["test"],
    ways: [
      onPath({ versionArgs: ["--version"], accepted: { atLeast: "8.0.0" } }),
      debianPackages({
        version: "8.0.0",
        packages: [
          {
            name: "libwine",
            version: "8.0~repack-4",
            sha256: "512b715f32fccf2ebec2b63f23d9d83394d30e27cc5570a8ef92c5d3627ef305",
          },
          {
            name: "wine64",
            version: "8.0~repack-4",
            sha256: "4ff56d97fb84c41dd450775f03ae42208f092e822f9baa742dcde951773ecb42",
          },
          {
            name: "libz-mingw-w64",
            version: "1.2.13+dfsg-1",
            sha256: "b9e73ca486bc2aa66da86b5724220d2dd7c8299636b1df74c3414757a2170615",
          },
          {
            name: "libunwind8",
            version: "1.6.2-3",
            sha256: "7b297868682836e4c87be349f17e4a56bc287586e3576503e84a5cb5485ce925",
          },
        ],
        about: "100 MB",
        start: [
          'export LD_LIBRARY_PATH="$tool/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
          'exec "$tool/usr/lib/wine/wine64" "$@"',
        ].join("\n"),
        finish(root) {
          // The script there looks for the server below /usr.
          const server = join(root, "usr/lib/wine/wineserver");
          rmSync(server);
          symlinkSync("wineserver64", server);
          const libraries = join(root, "usr/lib/x86_64-linux-gnu/wine/x86_64-windows");
          // Found there by this mark only, which Wine's own libraries bear in place of the DOS program's first bytes.
          const zlib = readFileSync(join(root, "usr/x86_64-w64-mingw32/lib/zlib1.dll"));
          zlib.write("Wine builtin DLL\0", 0x40, "latin1");
          writeFileSync(join(libraries, "zlib1.dll"), zlib);
        },
      }),
    ],
  },
  {
    // Looks at the reports' page (`test/unit/report/page.spec.ts`). Debian's own would be gone with its next update.
    name: "chromium",
    title: "Chromium",
    binary: "chromium",
    versionArgs: ["--version"],
    neededFor: ["test"],
    ways: [
      onPath({ versionArgs: ["--version"], accepted: { atLeast: "120.0.0" } }),
      npmProgram({
        version: "153.0.8010",
        package: "@sparticuz/chromium@153.0.0",
        integrity: "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
        program: "bin/chromium.br",
        archives: ["bin/al2023.tar.br", "bin/fonts.tar.br", "bin/swiftshader.tar.br"],
        about: "70 MB",
        start: [
          'export LD_LIBRARY_PATH="$tool/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
          'export FONTCONFIG_FILE="$tool/fonts.conf"',
          'exec "$tool/program" "$@"',
        ].join("\n"),
        finish(folder) {
          // The package's own names the folders of one cloud's functions.
          const fonts =
            '<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>';
          writeFileSync(join(folder, "fonts.conf"), `<?xml version="1.0"?>\n${fonts}\n`);
        },
      }),
    ],
  },
  {
    // Hosts that are reached over SSH (`test/engine/hosts.spec.ts`). Its programs find their libraries by what starts them.
    name: "sshd",
    title: "OpenSSH server",
    binary: "sshd",
    versionArgs: ["-V"],
    neededFor: ["test"],
    ways: [
      onPath({ versionArgs: ["-V"], accepted: { atLeast: "9.2" } }),
      debianPackages({
        version: "9.2.0",
        packages: [
          {
            name: "openssh-server",
            version: "1:9.2p1-2+deb12u10",
            sha256: "933cd92a2329f9bf26d22660a834ae18ebdbe8df9c6127e4d9fcb098dac9cf72",
          },
          {
            name: "openssh-sftp-server",
            version: "1:9.2p1-2+deb12u10",
            sha256: "18d7ef7873861272b43b764295cbd8c04f439108fc3a4cecb3fe6e095f8ee2a8",
          },
          {
            name: "libwrap0",
            version: "7.6.q-32",
            sha256: "cbce2669a3ba4d74cfdc52b14f38014893e23d85a33d109a3422c342eefc55f8",
          },
          {
            name: "libnss-wrapper",
            version: "1.1.12-1",
            sha256: "8bdc077d4f69f152da4ebd75f3a60ecbfa7e449e7a73915f11f269699aee4163",
          },
        ],
        about: "1 MB",
        // The server asks for users that a computer without the package doesn't have: a list of users may be given.
        start: [
          'lib="$tool/usr/lib/x86_64-linux-gnu"',
          'export LD_LIBRARY_PATH="$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
          '[ -n "$NSS_WRAPPER_PASSWD" ] && export LD_PRELOAD="$lib/libnss_wrapper.so"',
          'exec "$tool/usr/sbin/sshd" "$@"',
        ].join("\n"),
      }),
    ],
  },
  ...kubernetesTools,
];

/** The rows that a command needs. */
export function toolsFor(command) {
  return thirdPartyTools.filter(({ neededFor }) => neededFor.includes(command));
}
