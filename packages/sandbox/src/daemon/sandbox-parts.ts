import { join } from "node:path";
import { azureNativeProvider, ProfileEffects, startProviderServer } from "../azure";
import { createDataPlane } from "../machines";
import { randomProvider } from "../random";
import type { DaemonParts } from "./parts";

/** What a real sandbox is put together from. */
export const sandboxParts: DaemonParts = {
  createDataPlane,
  startProviders: async ({ layout, store, dataPlane, log }) => {
    const profile = new ProfileEffects(join(layout.folder, "profile.json"));
    return {
      "azure-native": await startProviderServer(azureNativeProvider({ store, dataPlane, log, profile })),
      random: await startProviderServer(randomProvider()),
    };
  },
};
