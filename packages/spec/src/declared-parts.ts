import type { ConfigurationFacts } from "./configuration/configuration-facts";
import type { DiscoveryFacts } from "./consul/discovery-facts";
import type { StackResource } from "./network-security";

/** A component of a stack that declares a service, and what it says of it. */
export interface DeclaredPart {
  /** The component's name. */
  name: string;
  facts: { service: string; configuration?: ConfigurationFacts; discovery?: DiscoveryFacts };
}

/** The components that carry facts of a service by themselves; what they are made of repeats some of it. */
const DECLARING = ["WindowsHaCluster", "ServiceInstall", "VmApplication", "HostInstall"];

export function declaredParts(resources: readonly StackResource[]): DeclaredPart[] {
  return resources.flatMap(({ urn, type, inputs }): DeclaredPart[] => {
    const [, , component] = type.split(":");
    if (!type.startsWith("windows-ha:index:") || !DECLARING.includes(component!)) return [];
    // `urn:pulumi:stack::project::parent types$type::name`
    const [, , types = "", name = ""] = urn.split("::");
    if (types.split("$").some((parent) => parent !== type && parent.startsWith("windows-ha:index:"))) return [];
    const { service, configuration, discovery } = inputs as {
      service?: string | { name: string };
      configuration?: ConfigurationFacts;
      discovery?: DiscoveryFacts;
    };
    if (service === undefined) return [];
    return [
      {
        name,
        facts: {
          service: typeof service === "string" ? service : service.name,
          ...(configuration ? { configuration } : {}),
          ...(discovery ? { discovery } : {}),
        },
      },
    ];
  });
}
