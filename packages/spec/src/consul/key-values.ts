import type { Finding } from "../finding";

/** Consul's limit on a value in its store, in bytes. */
export const CONSUL_VALUE_BYTES = 512 * 1024;

/** Keys that Consul's own paths, DNS and shells all leave as they are. */
export const CONSUL_KEY = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** What a datacenter's store would refuse: never a value in a message. */
export function checkConsulKeyValues(entries: Readonly<Record<string, string>>, path = "values"): Finding[] {
  return Object.entries(entries).flatMap(([key, value]): Finding[] => {
    const at = `${path}[${JSON.stringify(key)}]`;
    const bytes = new TextEncoder().encode(value).length;
    return [
      ...(CONSUL_KEY.test(key)
        ? []
        : [
            {
              rule: "consul-key",
              path: at,
              seen: `the key ${JSON.stringify(key)}`,
              allowed: "letters, digits, dots, underscores and hyphens, in parts with one slash between them",
              fix: "Rename it: service/<name>/<environment>/<key>, for example.",
            },
          ]),
      ...(bytes <= CONSUL_VALUE_BYTES
        ? []
        : [
            {
              rule: "consul-value-size",
              path: at,
              seen: `${bytes} bytes`,
              allowed: `at most ${CONSUL_VALUE_BYTES} bytes (512 KiB)`,
              fix: "Split it into several keys, or keep it as a file and its address and hash here.",
            },
          ]),
    ];
  });
}
