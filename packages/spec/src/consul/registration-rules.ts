import { DEFAULTS } from "../defaults";
import { describeValue, type Finding } from "../finding";
import type { ConsulServiceInput } from "./registration";

/** What DNS can ask for: Consul would register other names, and nobody would find them. */
const DNS_LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** Consul's limits on metadata (agent/structs: ValidateServiceMetadata). */
const META_ENTRIES = 64;
const META_KEY = /^[A-Za-z0-9_-]{1,128}$/;
const META_VALUE_LENGTH = 512;
/** Consul's own keys. */
const RESERVED_META = /^consul-/i;
/** What a registration says of its own accord. */
const OWN_META = ["version", "zone"];

/** What Consul would refuse, or take and then nobody finds, among the services of one machine. */
export function checkConsulServices(services: readonly ConsulServiceInput[], path = "services"): Finding[] {
  const ids = services.map(({ id, name }) => id ?? name);
  return services.flatMap((service, index) => {
    const at = `${path}[${index}]`;
    const first = ids.indexOf(ids[index]!);
    return [
      ...(first === index ? [] : [duplicate(ids[index]!, first, path, at)]),
      ...checkName(service, at),
      ...checkTags(service, at),
      ...checkMeta(service, at),
      ...checkWeights(service, at),
      ...checkTiming(service, at),
    ];
  });
}

function duplicate(id: string, first: number, path: string, at: string): Finding {
  return {
    rule: "consul-service-id",
    path: `${at}.id`,
    seen: `${JSON.stringify(id)}, which ${path}[${first}] has already`,
    allowed: "an id that no other service of the machine has: the later one would replace the first",
    fix: `Give ${at}.id another text.`,
  };
}

function checkName({ name }: ConsulServiceInput, at: string): Finding[] {
  if (DNS_LABEL.test(name)) return [];
  const allowed = "1 to 63 letters, digits and hyphens, no hyphen first or last: it is part of a DNS name";
  return [finding("consul-service-name", `${at}.name`, name, allowed)];
}

function checkTags({ tags = [] }: ConsulServiceInput, at: string): Finding[] {
  const allowed = "1 to 63 letters, digits and hyphens, no hyphen first or last: it is part of a DNS name";
  return tags.flatMap((tag, index) =>
    DNS_LABEL.test(tag) ? [] : [finding("consul-tag", `${at}.tags[${index}]`, tag, allowed)],
  );
}

function checkMeta({ meta = {} }: ConsulServiceInput, at: string): Finding[] {
  const entries = Object.entries(meta);
  const most = META_ENTRIES - OWN_META.length;
  return [
    ...(entries.length > most
      ? [
          finding(
            "consul-meta",
            `${at}.meta`,
            `${entries.length} entries`,
            `at most ${most} beside ${OWN_META.join(", ")}`,
          ),
        ]
      : []),
    ...entries.flatMap(([key, value]) => {
      const path = `${at}.meta[${JSON.stringify(key)}]`;
      const isKey = META_KEY.test(key) && !RESERVED_META.test(key) && !OWN_META.includes(key);
      const keys = `a key of 1 to 128 letters, digits, "_" and "-", not consul-… and not ${OWN_META.join(" or ")}`;
      return [
        ...(isKey ? [] : [finding("consul-meta", path, key, keys)]),
        ...(value.length <= META_VALUE_LENGTH
          ? []
          : [finding("consul-meta", path, `${value.length} characters`, `at most ${META_VALUE_LENGTH} characters`)]),
      ];
    }),
  ];
}

function checkWeights({ weights }: ConsulServiceInput, at: string): Finding[] {
  if (weights === undefined) return [];
  return (["passing", "warning"] as const).flatMap((state) => {
    const weight = weights[state];
    // Those of DNS: RFC 2782 has 16 bits for them. 0 would take the service out of the answers of some resolvers.
    if (Number.isInteger(weight) && weight >= 1 && weight <= 65_535) return [];
    return [finding("consul-weight", `${at}.weights.${state}`, weight, "a whole number from 1 to 65535")];
  });
}

function checkTiming(service: ConsulServiceInput, at: string): Finding[] {
  const { consul } = DEFAULTS;
  const interval = service.checkIntervalSeconds ?? consul.checkIntervalSeconds;
  const timeout = service.checkTimeoutSeconds ?? consul.checkTimeoutSeconds;
  return [
    ...within(service.checkIntervalSeconds, 1, 3600, `${at}.checkIntervalSeconds`),
    ...within(service.checkTimeoutSeconds, 1, 60, `${at}.checkTimeoutSeconds`),
    ...within(service.ttlSeconds, 1, 3600, `${at}.ttlSeconds`),
    // An earlier one takes a living service away during a long deployment.
    ...within(service.deregisterAfterMinutes, 10, 10_080, `${at}.deregisterAfterMinutes`),
    ...(timeout < interval || service.port === undefined
      ? []
      : [
          finding(
            "consul-check-timeout",
            `${at}.checkTimeoutSeconds`,
            timeout,
            `less than checkIntervalSeconds, ${interval}: two questions would be under way at once`,
          ),
        ]),
  ];
}

function within(value: number | undefined, least: number, most: number, path: string): Finding[] {
  if (value === undefined || (value >= least && value <= most)) return [];
  return [finding("range", path, value, `${least} to ${most}`)];
}

function finding(rule: string, path: string, seen: unknown, allowed: string): Finding {
  return { rule, path, seen: describeValue(seen), allowed, fix: `Set ${path} to ${allowed.split(":")[0]}.` };
}
