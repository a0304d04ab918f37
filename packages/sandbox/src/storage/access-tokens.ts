import { randomBytes } from "node:crypto";
import { holdsId } from "../azure/arm-id";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import { roleGuid, type RoleAssignmentInputs } from "../azure/types/role-assignment";

/** What a token says about who carries it. */
export interface Grant {
  principalId: string;
  /** What the token is for, for example `https://storage.azure.com`. */
  audience: string;
  expiresAt: number;
}

/** The metadata service's refusal, in its own words. */
export interface TokenRefusal {
  status: number;
  error: string;
  description: string;
}

/** Azure gives tokens for a day. */
const LIFETIME_MS = 24 * 60 * 60_000;
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment";

/** Entra ID's part: tokens for the identities that machines have, and what the identities may do. */
export class AccessTokens {
  readonly #grants = new Map<string, Grant>();

  constructor(private readonly store: ResourceStore) {}

  /** A token of one of the identities of a machine, or of the scale set that it belongs to. */
  issue(
    machine: string,
    audience: string,
    clientId: string | undefined,
  ): { token: string; grant: Grant } | TokenRefusal {
    const identities = identitiesOf(this.store, machine);
    if (clientId === undefined && identities.length > 1) {
      return invalid(
        "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
      );
    }
    const identity =
      clientId === undefined ? identities[0] : identities.find(({ outputs }) => outputs["clientId"] === clientId);
    if (!identity) return invalid("Identity not found");
    const token = randomBytes(48).toString("base64url");
    const grant = {
      principalId: identity.outputs["principalId"] as string,
      audience: audience.replace(/\/$/, ""),
      expiresAt: Date.now() + LIFETIME_MS,
    };
    this.#forgetExpired();
    this.#grants.set(token, grant);
    return { token, grant };
  }

  /** Who carries this token, if it is one of ours and still good. */
  grantOf(token: string): Grant | undefined {
    const grant = this.#grants.get(token);
    return grant && grant.expiresAt > Date.now() ? grant : undefined;
  }

  /** Whether the principal has one of the roles at the scope or above it. */
  hasRole(principalId: string, scope: string, roles: ReadonlySet<string>): boolean {
    return this.store.list(ROLE_ASSIGNMENT).some(({ inputs }) => {
      const given = inputs as unknown as RoleAssignmentInputs;
      return (
        given.principalId === principalId && roles.has(roleGuid(given.roleDefinitionId)) && holdsId(given.scope, scope)
      );
    });
  }

  #forgetExpired(): void {
    for (const [token, { expiresAt }] of this.#grants) if (expiresAt <= Date.now()) this.#grants.delete(token);
  }
}

function invalid(description: string): TokenRefusal {
  return { status: 400, error: "invalid_request", description };
}

/** azure-native takes a list of ids, ARM a map with the ids as keys. */
function identitiesOf(store: ResourceStore, machine: string): StoredResource[] {
  const { identity } = (store.get(machine)?.inputs ?? {}) as {
    identity?: { userAssignedIdentities?: string[] | Record<string, unknown> };
  };
  const given = identity?.userAssignedIdentities ?? [];
  const ids = Array.isArray(given) ? given : Object.keys(given);
  return ids.flatMap((id) => store.get(id) ?? []).filter(({ type }) => type === IDENTITY);
}
