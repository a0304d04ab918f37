/** Transport protocols of firewall and balancing rules. */
export const TransportProtocol = { Tcp: "Tcp", Udp: "Udp" } as const;
/** Transport protocol of a firewall or balancing rule. */
export type TransportProtocol = (typeof TransportProtocol)[keyof typeof TransportProtocol];

/** How an endpoint of a service is asked. */
export const EndpointScheme = { Http: "http", Https: "https" } as const;
/** How an endpoint of a service is asked. */
export type EndpointScheme = (typeof EndpointScheme)[keyof typeof EndpointScheme];
