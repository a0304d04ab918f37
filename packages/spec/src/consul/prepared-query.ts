import { DEFAULTS } from "../defaults";

/** Where callers go when no instance is left where they are. */
export type ConsulFailover = { datacenter: string } | { peer: string };

/** A question for healthy instances of a service, which callers ask by its name: `<name>.query.consul`. */
export interface ConsulQueryInput {
  /** @default the service's name */
  name?: string;
  service: string;
  /** Instances must have these tags, and not those that begin with "!". @default [] */
  tags?: readonly string[];
  /** Near ones first, by measured round trips from the agent that is asked. @default true */
  near?: boolean;
  /** In this order, once no instance is healthy here. @default [] */
  failover?: readonly ConsulFailover[];
}

/** A prepared query, as Consul's HTTP API takes it. */
export interface ConsulPreparedQuery {
  Name: string;
  Service: {
    Service: string;
    Near: "_agent" | "";
    /** False: a service whose dependencies are lost warns, and is still found. */
    OnlyPassing: boolean;
    Tags: string[];
    Failover: { Targets: ({ Datacenter: string } | { Peer: string })[] };
  };
  DNS: { TTL: string };
}

/** Failover as data: who asks for `<name>.query.consul` needs neither a mesh nor to know the other places. */
export function consulPreparedQuery(input: ConsulQueryInput): ConsulPreparedQuery {
  const { service, name = service, tags = [], near = true, failover = [] } = input;
  return {
    Name: name,
    Service: {
      Service: service,
      Near: near ? "_agent" : "",
      OnlyPassing: false,
      Tags: [...tags],
      Failover: {
        Targets: failover.map((target) =>
          "peer" in target ? { Peer: target.peer } : { Datacenter: target.datacenter },
        ),
      },
    },
    DNS: { TTL: `${DEFAULTS.consul.dnsTtlSeconds}s` },
  };
}
