import { GALLERY_APPLICATION_VERSION } from "../azure/types/gallery-application-version";
import { RUN_COMMAND } from "../azure/types/virtual-machine-run-command";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { NetworkInterface } from "../firewall";
import { balancingRules } from "../load-balancer";
import { extensionProblems } from "./extension-handlers";
import type { Published } from "./custom-script";
import { hostPlatform, type HostPlatform } from "./host-platform";
import { linuxProblems, readLinux } from "./linux-model";
import { readRunCommandExtension } from "./run-command-model";
import { commandProblem } from "./run-application";
import { readExtension, readInterface, readScaleSet, type ExtensionInputs } from "./scale-set-model";
import { EXTENSION, NETWORK_INTERFACE, SCALE_SET, VIRTUAL_MACHINE } from "./virtual-machine-model";

type Declared = Pick<StoredResource, "type" | "name" | "inputs">;
type Surroundings = Published & { store: ResourceStore };

const LONGEST_LINUX_NAME = 64;

/** What is looked at, by the type of the resource, and what a person calls such a resource. */
const LOOKS: Readonly<
  Record<string, { noun: string; problems: (declared: Declared, around: Surroundings) => string[] }>
> = {
  [SCALE_SET]: {
    noun: "scale set",
    problems: (declared, around) => {
      const { computerNamePrefix, machine } = readScaleSet(declared);
      return [
        ...nameProblems("computerNamePrefix", computerNamePrefix, 9),
        ...extensionProblems(machine.extensions, around),
        ...balancerProblems(machine.interfaces, around.store),
      ];
    },
  },
  [VIRTUAL_MACHINE]: {
    noun: "virtual machine",
    problems: ({ name, inputs }, { settings }) => {
      const { osProfile } = inputs as { osProfile?: { computerName?: string } };
      const { linux } = readLinux(inputs);
      return [
        ...nameProblems("computerName", osProfile?.computerName ?? name, linux ? LONGEST_LINUX_NAME : 15),
        ...(linux ? linuxProblems(linux, settings.consul) : []),
      ];
    },
  },
  [EXTENSION]: {
    noun: "virtual machine extension",
    problems: ({ name, inputs }, around) =>
      extensionProblems([readExtension({ ...inputs, name } as ExtensionInputs)], around),
  },
  [RUN_COMMAND]: {
    noun: "run command",
    problems: ({ name, inputs }, around) => extensionProblems([readRunCommandExtension(name, inputs)], around),
  },
  [GALLERY_APPLICATION_VERSION]: {
    noun: "application version",
    problems: ({ inputs }) => {
      const { manageActions = {} } = inputs["publishingProfile"] as { manageActions?: object };
      return Object.entries(manageActions).flatMap(([action, command]) => {
        const problem = commandProblem(String(command));
        return problem === undefined ? [] : [`${action}: ${problem}`];
      });
    },
  },
  [NETWORK_INTERFACE]: {
    noun: "network interface",
    problems: ({ inputs }, { store }) => balancerProblems(readInterface(inputs), store),
  },
};

/** What would make machines fail here, found before anything is created. */
export function preflightProblems(
  declared: Declared,
  around: Surroundings,
  host: HostPlatform | null = hostPlatform() ?? null,
): string[] {
  const problems: string[] = [];
  if (!host) {
    problems.push(
      `machines run on Linux and WSL 2 (x64, arm64); this is ${process.platform} ${process.arch}: preview and report work`,
    );
  }
  const { noun, problems: look } = LOOKS[declared.type]!;
  try {
    problems.push(...look(declared, around));
  } catch (error) {
    problems.push((error as Error).message);
  }
  return problems.map((problem) => `${noun} ${declared.name}: ${problem}`);
}

/** Machine names become folder names here, so what Azure refuses must not come through. */
function nameProblems(property: string, name: string, longest: number): string[] {
  if (/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name) && name.length <= longest) return [];
  return [`osProfile.${property}: seen ${JSON.stringify(name)}; allowed: 1 to ${longest} letters, digits and hyphens`];
}

/** Rules that would lead to these machines if the sandbox knew how. */
function balancerProblems(interfaces: readonly NetworkInterface[], store: ResourceStore): string[] {
  const pools = interfaces.flatMap((nic) => nic.pools.map((pool) => pool.toLowerCase()));
  return balancingRules(store)
    .filter((rule) => rule.pools.some((pool) => pools.includes(pool)))
    .flatMap((rule) =>
      rule.problems.map((problem) => `load balancer ${rule.loadBalancer}, rule ${rule.name}: ${problem}`),
    );
}
