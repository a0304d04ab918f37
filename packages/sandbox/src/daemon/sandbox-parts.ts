import { azureNativeProvider, startProviderServer } from "../azure";
import { commandProvider } from "../command";
import { kubernetesProvider } from "../kubernetes";
import { createDataPlane } from "../machines";
import { randomProvider } from "../random";
import { tlsProvider } from "../tls";
import type { DaemonParts } from "./parts";

/** What a real sandbox is put together from. */
export const sandboxParts: DaemonParts = {
  createDataPlane,
  startProviders: async ({ store, dataPlane, log, profile }) => ({
    "azure-native": await startProviderServer(azureNativeProvider({ store, dataPlane, log, profile })),
    command: await startProviderServer(commandProvider()),
    kubernetes: await startProviderServer(
      kubernetesProvider({ credentialOf: (server) => dataPlane.clusters.credentialOf(server) }),
    ),
    random: await startProviderServer(randomProvider()),
    tls: await startProviderServer(tlsProvider()),
  }),
};
