import { randomBytes } from "node:crypto";
import { holdsId } from "../azure/arm-id";
import type { ProfileEffects } from "../azure/profile";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import { roleGuid, type RoleAssignmentInputs } from "../azure/types/role-assignment";

/** What a token says about who carries it. */
export interface Grant {
  principalId: string;
  /** Id of the machine that it was given to, or of the scale set around it. */
  machine: string;
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

  /** @param profile says how long a new role assignment doesn't hold yet; without it, all hold at once */
  constructor(
    private readonly store: ResourceStore,
    private readonly profile?: Pick<ProfileEffects, "rolePropagationMs">,
  ) {}

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
      machine,
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

  /**
   * Whether the principal has one of the roles at the scope or above it, and Azure's services know it already: every
   * data plane asks here.
   */
  hasRole(principalId: string, scope: string, roles: ReadonlySet<string>): boolean {
    const latest = Date.now() - (this.profile?.rolePropagationMs() ?? 0);
    return this.store.list(ROLE_ASSIGNMENT).some(({ inputs, outputs }) => {
      const given = inputs as unknown as RoleAssignmentInputs;
      return (
        given.principalId === principalId &&
        roles.has(roleGuid(given.roleDefinitionId)) &&
        holdsId(given.scope, scope) &&
        createdAt(outputs) <= latest
      );
    });
  }

  #forgetExpired(): void {
    for (const [token, { expiresAt }] of this.#grants) if (expiresAt <= Date.now()) this.#grants.delete(token);
  }
}

/** One that was declared before the sandbox kept its time has long been known. */
function createdAt({ createdOn }: StoredResource["outputs"]): number {
  return typeof createdOn === "string" ? Date.parse(createdOn) : 0;
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
