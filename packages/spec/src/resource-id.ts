import type { StringField } from "./shape";

/** Someone who gives a name instead of an id would learn it only from Azure. */
export const RESOURCE_ID = {
  kind: "string",
  input: true,
  minLength: 1,
  pattern: /^\//,
  allowed: 'the id of a resource, "/subscriptions/…/resourceGroups/…/providers/…", not its name',
} as const satisfies StringField;

/** A network's id is often taken for that of its subnet. */
export const SUBNET_ID = {
  ...RESOURCE_ID,
  pattern: /^\/(?!.*\/virtualNetworks\/[^/]+\/?$)/i,
  allowed: 'the id of a subnet, "/subscriptions/…/virtualNetworks/…/subnets/…"',
} as const satisfies StringField;
