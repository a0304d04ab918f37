import { parseAddress } from "@windows-ha/spec";
import { staticAddressOwner } from "../azure/types/static-address";
import { artifactUrl } from "../layout";
import type { AddressBook } from "./address-book";
import type { HostPlatform } from "./host-platform";
import type { DataPlaneSettings } from "./machine-context";
import type { InstanceRecord } from "./plane-state";
import type { ConsulHere } from "./render-host-consul";

/** What is different for Consul on a machine of this sandbox. */
export function consulHere(
  { address, model }: Pick<InstanceRecord, "address" | "model">,
  around: {
    settings: DataPlaneSettings;
    addresses: AddressBook;
    host: HostPlatform;
    localUrl: (url: string) => string | undefined;
  },
): ConsulHere {
  const { consul, block } = around.settings;
  const [subnet] = model.interfaces.flatMap((nic) => nic.subnet ?? []);
  return {
    address,
    host: around.host,
    program: consul && {
      version: consul.version,
      url: artifactUrl(block, consul.sha256, consul.fileName),
      sha256: consul.sha256,
    },
    localUrl: (url) => around.localUrl(url) ?? url,
    // Servers are named by static addresses, whose interfaces may not be there yet.
    localAddress: (declared) =>
      subnet !== undefined && parseAddress(declared) !== undefined && !declared.startsWith("127.")
        ? around.addresses.allocate(staticAddressOwner(subnet, declared))
        : declared,
  };
}
