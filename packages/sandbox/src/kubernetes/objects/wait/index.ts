import type { ObjectAddress } from "../api-object";
import type { ClusterClient } from "../cluster-client";
import { deploymentReady } from "./deployment";
import { serviceReady } from "./service";
import type { WaitOptions } from "./until";

type Wait = (client: ClusterClient, address: ObjectAddress, options: WaitOptions) => Promise<void>;

/** Kinds that are not ready as soon as they are written. */
export const WAITS: Readonly<Record<string, Wait>> = { Deployment: deploymentReady, Service: serviceReady };

export { NotReady, until, type WaitOptions } from "./until";
