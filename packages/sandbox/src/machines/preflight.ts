import type { ResourceStore, StoredResource } from "../azure/resource-store";
import { NetworkView } from "../firewall";
import { balancingRules } from "../load-balancer";
import { extensionProblems } from "./extension-handlers";
import type { Published } from "./custom-script";
import { hostPlatform, type HostPlatform } from "./host-platform";
import { readScaleSet, type ScaleSetModel } from "./scale-set-model";

/** What would make a scale set fail here, found before anything is created. */
export function preflightProblems(
  scaleSet: Pick<StoredResource, "name" | "inputs">,
  { layout, settings, store }: Published & { store: ResourceStore },
  host: HostPlatform | null = hostPlatform() ?? null,
): string[] {
  const problems: string[] = [];
  if (!host) {
    problems.push(
      `machines run on Linux and WSL 2 (x64, arm64); this is ${process.platform} ${process.arch}: preview and report work`,
    );
  }
  let model: ScaleSetModel;
  try {
    model = readScaleSet(scaleSet);
  } catch (error) {
    return [...problems, `scale set ${scaleSet.name}: ${(error as Error).message}`];
  }
  problems.push(
    ...nameProblems(model),
    ...extensionProblems(model.machine.extensions, { layout, settings }),
    ...balancerProblems(model, store),
    ...firewallProblems(model, store),
  );
  return problems.map((problem) => `scale set ${scaleSet.name}: ${problem}`);
}

/** Machine names become folder names here, so what Azure refuses must not come through. */
function nameProblems({ computerNamePrefix }: ScaleSetModel): string[] {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,8}$/.test(computerNamePrefix)) return [];
  return [
    `osProfile.computerNamePrefix: seen ${JSON.stringify(computerNamePrefix)}; allowed: 1 to 9 letters, digits and hyphens`,
  ];
}

/** Firewall rules of these machines that the sandbox would read as matching nothing. */
function firewallProblems(model: ScaleSetModel, store: ResourceStore): string[] {
  const network = new NetworkView(store);
  const { interfaces } = model.machine;
  const groups = interfaces.flatMap((nic) => [
    nic.networkSecurityGroup,
    network.subnet(nic.subnet).networkSecurityGroup,
  ]);
  return [...new Set(groups.filter((id) => id !== undefined))].flatMap((id) =>
    network
      .rulesWithApplicationGroups(id)
      .map(
        (rule) =>
          `firewall rule ${id.split("/").at(-1)}/${rule}: the sandbox doesn't know application security groups; name address prefixes`,
      ),
  );
}

/** Rules that would lead to these machines if the sandbox knew how. */
function balancerProblems(model: ScaleSetModel, store: ResourceStore): string[] {
  const pools = model.machine.interfaces.flatMap((nic) => nic.pools.map((pool) => pool.toLowerCase()));
  return balancingRules(store)
    .filter((rule) => rule.pools.some((pool) => pools.includes(pool)))
    .flatMap((rule) =>
      rule.problems.map((problem) => `load balancer ${rule.loadBalancer}, rule ${rule.name}: ${problem}`),
    );
}
