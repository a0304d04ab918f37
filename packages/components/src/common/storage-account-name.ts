import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { withoutReservedWords } from "@windows-ha/spec";

/** A name for a storage account: they share one world-wide set of names, of 3 to 24 lower-case letters and digits. */
export function storageAccountName(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-account-name`, { byteLength: 5 }, { parent });
  const prefix = withoutReservedWords(name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  return pulumi.interpolate`${prefix.slice(0, 14)}${suffix.hex}`;
}
