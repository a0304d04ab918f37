/** Whether a value is known only during the deployment: a Pulumi Output (by its mark) or a promise. */
export function isDeferred(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  const candidate = value as { __pulumiOutput?: unknown; then?: unknown };
  return candidate.__pulumiOutput === true || typeof candidate.then === "function";
}

/** Whether a value is a Pulumi resource (by its mark), where most likely one of its outputs was meant. */
export function isResource(value: unknown): boolean {
  return (
    value !== null && typeof value === "object" && (value as { __pulumiResource?: unknown }).__pulumiResource === true
  );
}
