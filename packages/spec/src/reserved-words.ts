/** What Azure refuses anywhere in the name of a resource that has an address in the world, and what at its start. */
const RESERVED = /microsoft|windows|^[^a-z0-9]*login/i;

/** Whether Azure would refuse a name for the words in it (azure-resource-manager, error-reserved-resource-name.md). */
export function hasReservedWord(name: string): boolean {
  return RESERVED.test(name);
}

/** A name without them, also without those that come of leaving one out. */
export function withoutReservedWords(name: string): string {
  return hasReservedWord(name) ? withoutReservedWords(name.replace(RESERVED, "")) : name;
}
