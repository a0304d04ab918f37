/** What outbound rules of a load balancer divide among its machines. */
export interface OutboundInput {
  /** Public addresses that outbound flows leave by. */
  frontendIps: number;
  machines: number;
  /** Ports of the first address that balancing rules listen on: each block that one lies in is theirs. */
  frontEndPorts?: readonly number[];
}

export interface OutboundPorts {
  /** Ports of each machine for flows to one and the same destination: address, port and protocol. */
  portsPerMachine: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

export interface SnatInput {
  /** Public addresses that outbound flows leave by. */
  frontendIps: number;
  machines: number;
  /** Ports that each machine gets from a load balancer's outbound rule: a multiple of 8. */
  portsPerMachine?: number;
}

/** Ports for outbound flows to one and the same destination. */
export interface SnatPorts {
  /** Ports that a load balancer's outbound rule has in all. */
  loadBalancerPorts: number;
  /** Ports per machine: as asked for, else Azure's own choice for so many machines. */
  portsPerMachine: number;
  /** Most ports per machine that the addresses allow. */
  mostPortsPerMachine: number;
  /** Whether the addresses have that many ports. */
  fits: boolean;
  /** Ports that a NAT gateway has in all; it gives them to machines on demand. */
  natGatewayPorts: number;
  /** The arithmetic of {@link mostPortsPerMachine}, with the numbers in it. */
  formula: string;
}

/** Per public address (Azure: outbound connections; NAT gateway). */
export const PORTS_PER_ADDRESS = 64_000;
const NAT_GATEWAY_PORTS_PER_IP = 64_512;
/** What one machine can be given, however many addresses there are (azurerm's validation of an outbound rule). */
export const MOST_PORTS_PER_MACHINE = 64_000;
/** Azure hands out ports in blocks of this size. */
const BLOCK = 8;

/** Ports per machine that Azure chooses by the size of the back-end pool (Azure: outbound connections). */
export const DEFAULT_SNAT_PORTS: readonly { upToMachines: number; ports: number }[] = [
  { upToMachines: 50, ports: 1024 },
  { upToMachines: 100, ports: 512 },
  { upToMachines: 200, ports: 256 },
  { upToMachines: 400, ports: 128 },
  { upToMachines: 800, ports: 64 },
  { upToMachines: 1000, ports: 32 },
];

/** Whole blocks for each machine, of what the balancing rules leave. */
export function outboundPorts({ frontendIps, machines, frontEndPorts = [] }: OutboundInput): OutboundPorts {
  const taken = new Set(frontEndPorts.map((port) => Math.floor(port / BLOCK))).size;
  const blocks = Math.floor((frontendIps * PORTS_PER_ADDRESS - taken * BLOCK) / machines / BLOCK);
  const portsPerMachine = Math.min(MOST_PORTS_PER_MACHINE, blocks * BLOCK);
  const rules = taken === 0 ? "" : ` − balancing rules ${taken} × ${BLOCK}`;
  const most = blocks * BLOCK > MOST_PORTS_PER_MACHINE ? `, at most ${MOST_PORTS_PER_MACHINE}` : "";
  return {
    portsPerMachine,
    formula:
      `(addresses ${frontendIps} × ${PORTS_PER_ADDRESS} ports${rules}) ÷ machines ${machines},` +
      ` in blocks of ${BLOCK}${most} = ${portsPerMachine}`,
  };
}

/** What a NAT gateway has for all machines together. */
export function natGatewayPorts(addresses: number): { ports: number; formula: string } {
  const ports = addresses * NAT_GATEWAY_PORTS_PER_IP;
  return {
    ports,
    formula: `addresses ${addresses} × ${NAT_GATEWAY_PORTS_PER_IP} ports = ${ports}, for all machines on demand`,
  };
}

/** @throws RangeError for more machines than Azure has a row for, or ports that aren't whole blocks */
export function snatPorts({ frontendIps, machines, portsPerMachine }: SnatInput): SnatPorts {
  const row = DEFAULT_SNAT_PORTS.find(({ upToMachines }) => machines <= upToMachines);
  if (row === undefined || machines < 1) {
    throw new RangeError(`snatPorts: machines is ${machines}; 1 to 1000 are allowed.`);
  }
  const ports = portsPerMachine ?? row.ports;
  if (ports < BLOCK || ports % BLOCK !== 0) {
    throw new RangeError(`snatPorts: portsPerMachine is ${ports}; a multiple of ${BLOCK} is allowed.`);
  }
  const { portsPerMachine: mostPortsPerMachine, formula } = outboundPorts({ frontendIps, machines });
  return {
    loadBalancerPorts: frontendIps * PORTS_PER_ADDRESS,
    portsPerMachine: ports,
    mostPortsPerMachine,
    fits: ports <= mostPortsPerMachine,
    natGatewayPorts: natGatewayPorts(frontendIps).ports,
    formula,
  };
}
