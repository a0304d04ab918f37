import * as pulumi from "@pulumi/pulumi";
import {
  isDeferred,
  secretValueFinding,
  type ConfigurationSpec,
  type Finding,
  type ServiceSpec,
} from "@windows-ha/spec";

const INPUT_MAPS = ["defaults", "environment", "variables"] as const;

/**
 * A service's settings with what other resources bring, once it is known. A secret among them is refused in the preview
 * already, where its value isn't known yet.
 */
export function configurationInputs(
  { configuration }: Pick<ServiceSpec, "configuration">,
  failOn: (findings: Finding[]) => void,
): pulumi.Output<ConfigurationSpec | undefined> {
  return pulumi.output(secretPaths(configuration)).apply((paths) => {
    failOn(paths.map(secretValueFinding));
    return pulumi.output(configuration as pulumi.Input<ConfigurationSpec | undefined>);
  });
}

async function secretPaths(configuration: ConfigurationSpec | undefined): Promise<string[]> {
  const deferred = INPUT_MAPS.flatMap((map) =>
    Object.entries(configuration?.[map] ?? {})
      .filter(([, value]) => isDeferred(value))
      .map(([key, value]) => ({ path: `service.configuration.${map}[${JSON.stringify(key)}]`, value })),
  );
  const isSecret = await Promise.all(deferred.map(({ value }) => pulumi.isSecret(pulumi.output(value))));
  return deferred.filter((_, index) => isSecret[index]).map(({ path }) => path);
}
