import type { Finding } from "./finding";
import { ATTEMPT_FIELD } from "./install-transport";
import type { Fields } from "./shape";

/** A service's package as a VM Application: names of its parts, the commands that Azure runs, and its version. */

/** How a VM Application is kept and installed. */
export const VM_APPLICATION_SETTINGS: Fields = {
  attempt: ATTEMPT_FIELD,
  redundancy: { kind: "string", oneOf: ["Standard_ZRS", "Standard_LRS"], default: "Standard_ZRS" },
};

/** The package's file on a machine, and what is in it. */
export const PACKAGE_FILE = "windows-ha.zip";
export const PACKAGED_AGENT = "windows-ha-agent.exe";
export const PACKAGED_SPEC = "agent-spec.json";

/** Longest command of a version that Azure takes. */
export const MAX_ACTION_LENGTH = 4096;
/** Each of a version's three numbers is a positive int32. */
export const MAX_VERSION_NUMBER = 2 ** 31 - 1;

/** What a version tells Azure to run. */
export interface ManageActions {
  install: string;
  update: string;
  remove: string;
}

/** Windows has had this since Server 2019. Without quotes, which cmd.exe would take off at the command's two ends. */
const UNPACK = `%SystemRoot%\\System32\\tar.exe -xf ${PACKAGE_FILE}`;
const INSTALL = `${UNPACK} && .\\${PACKAGED_AGENT} install --spec ${PACKAGED_SPEC}`;
const REMOVE = `${UNPACK} && .\\${PACKAGED_AGENT} uninstall --service `;

/**
 * The commands of a version. cmd.exe runs them in the folder that the package was downloaded to. Everybody who may read
 * the gallery reads them, so nothing of the service's own stands in them but its name.
 *
 * Without `update` Azure would remove the former version first, and the machine would serve nothing meanwhile.
 */
export function manageActions(service: string): ManageActions {
  return { install: INSTALL, update: INSTALL, remove: REMOVE + service };
}

/** What a command that {@link manageActions} wrote does, or `undefined` for any other text. */
export function parseManageAction(
  text: string,
): { action: "install" } | { action: "remove"; service: string } | undefined {
  if (text === INSTALL) return { action: "install" };
  const service = text.startsWith(REMOVE) ? text.slice(REMOVE.length) : "";
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(service) ? { action: "remove", service } : undefined;
}

/**
 * What a version is made of, as text to hash: the agent, the document with the program's hash in it, and the commands.
 *
 * @param content `attempt` is raised by somebody who wants the same content installed once more
 */
export function packageContent(content: {
  agentSha256: string;
  specJson: string;
  attempt: number;
  service: string;
}): string {
  const { agentSha256, specJson, attempt, service } = content;
  return JSON.stringify([agentSha256.toLowerCase(), specJson, attempt, manageActions(service)]);
}

/**
 * The version's name: 62 bits of its content, and a number that was drawn when this content was declared.
 *
 * A machine never gets a version twice, and a name can't be given again before its former owner is deleted. So what is
 * declared again after something else, as in a rollback, has to have a new name.
 *
 * @param hash of {@link packageContent}, hexadecimal
 * @param drawn hexadecimal digits, at least six
 */
export function versionName(hash: string, drawn: string): string {
  const number = (text: string) => parseInt(text, 16) & MAX_VERSION_NUMBER;
  return [number(hash.slice(0, 8)), number(hash.slice(8, 16)), parseInt(drawn.slice(0, 6), 16)].join(".");
}

/** Names of galleries are unique in a subscription and take no hyphens. @param drawn hexadecimal digits */
export function galleryName(name: string, drawn: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return `${plain.slice(0, 60) || "gallery"}_${drawn}`;
}

/** Values that may be secrets have no place in a package. @param secret which of the two are marked as secrets */
export function checkPackagedSecrets(secret: { arguments: boolean; environment: boolean }): Finding[] {
  return (["arguments", "environment"] as const)
    .filter((part) => secret[part])
    .map((part) => ({
      rule: "vm-application-secret",
      path: `service.${part}`,
      allowed: "values that are no secrets: everybody who may read the gallery can have the package",
      fix: 'Give them as service.secrets, or install by the transport "customScript".',
    }));
}
