/** The smallest arguments that a cluster takes; every test changes only what it is about. */
export const SHA256_A = "a".repeat(64);
export const SHA256_B = "b".repeat(64);

export interface Changes {
  service?: Record<string, unknown>;
  [property: string]: unknown;
}

export function clusterArguments({ service, ...others }: Changes = {}): Record<string, unknown> {
  return {
    service: {
      name: "orders",
      version: "1.4.2",
      artifact: { url: "https://files.example.com/orders-1.4.2.exe", sha256: SHA256_A },
      port: 8080,
      ...service,
    },
    agent: { url: "https://files.example.com/windows-ha-agent.exe", sha256: SHA256_B },
    ...others,
  };
}
