import { isPlainObject, type PropertyMap } from "../provider";
import { HOST_KEY_FORM, parseHostKey } from "./connection";

/** A host key that can't be read would be found only at the first connection. */
export function checkConnection({ connection }: PropertyMap): string[] {
  if (!isPlainObject(connection)) return [];
  const endpoints: [string, unknown][] = [
    ["connection", connection],
    ["connection.proxy", connection["proxy"]],
  ];
  return endpoints.flatMap(([path, endpoint]) => {
    if (!isPlainObject(endpoint)) return [];
    const { hostKey } = endpoint;
    return typeof hostKey === "string" && !parseHostKey(hostKey) ? [`${path}.hostKey: ${HOST_KEY_FORM}`] : [];
  });
}
