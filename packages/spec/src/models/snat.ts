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
}

/** Per public address (Azure: outbound connections; NAT gateway). */
const LOAD_BALANCER_PORTS_PER_IP = 64_000;
const NAT_GATEWAY_PORTS_PER_IP = 64_512;
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
  const loadBalancerPorts = frontendIps * LOAD_BALANCER_PORTS_PER_IP;
  const mostPortsPerMachine = Math.floor(loadBalancerPorts / machines / BLOCK) * BLOCK;
  return {
    loadBalancerPorts,
    portsPerMachine: ports,
    mostPortsPerMachine,
    fits: ports <= mostPortsPerMachine,
    natGatewayPorts: frontendIps * NAT_GATEWAY_PORTS_PER_IP,
  };
}
