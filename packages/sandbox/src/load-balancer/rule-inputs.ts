/** The parts of `azure-native:network:LoadBalancer` that decide where flows go. */
export interface LoadBalancerInputs {
  frontendIPConfigurations?: FrontEndInputs[];
  probes?: ProbeInputs[];
  loadBalancingRules?: RuleInputs[];
}

interface Reference {
  id?: string;
}

export interface FrontEndInputs {
  name?: string;
  privateIPAddress?: string;
  publicIPAddress?: Reference;
  subnet?: Reference;
}

export interface ProbeInputs {
  name?: string;
  protocol: string;
  port: number;
  requestPath?: string;
  intervalInSeconds?: number;
  probeThreshold?: number;
}

export interface RuleInputs {
  name?: string;
  protocol: string;
  frontendIPConfiguration?: Reference;
  frontendPort: number;
  backendAddressPool?: Reference;
  backendAddressPools?: Reference[];
  backendPort?: number;
  probe?: Reference;
  loadDistribution?: string;
  idleTimeoutInMinutes?: number;
  enableTcpReset?: boolean;
}

/** The last part of a reference, `.../probes/<name>`. */
export function referencedName(reference: Reference | undefined): string | undefined {
  return reference?.id?.split("/").at(-1);
}

export function sameName(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}
