import type { ApiObject } from "./api-object";

/** What a program says to the provider about one object. */
export function annotation(manifest: ApiObject, name: string): string | undefined {
  return manifest.metadata.annotations?.[`pulumi.com/${name}`];
}

export function isAnnotated(manifest: ApiObject, name: string): boolean {
  return annotation(manifest, name) === "true";
}

/** `customTimeouts` count before the annotation, which is the older way. */
export function timeoutSeconds(manifest: ApiObject, given: number | undefined, otherwise: number): number {
  const annotated = Number(annotation(manifest, "timeoutSeconds"));
  return given ?? (annotated > 0 ? annotated : otherwise);
}
