/** Transport protocols of firewall and balancing rules. */
export const TransportProtocol = { Tcp: "Tcp", Udp: "Udp" } as const;
/** Transport protocol of a firewall or balancing rule. */
export type TransportProtocol = (typeof TransportProtocol)[keyof typeof TransportProtocol];
