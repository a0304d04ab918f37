import type { PropertyMap } from "../provider";
import { ZERO_UUID } from "./subscription";

/** The functions (`getX`) that the sandbox answers. */
export const FUNCTIONS: Record<string, (configuration: { subscriptionId: string }) => PropertyMap> = {
  "azure-native:authorization:getClientConfig": ({ subscriptionId }) => ({
    clientId: ZERO_UUID,
    objectId: ZERO_UUID,
    subscriptionId,
    tenantId: ZERO_UUID,
  }),
};
