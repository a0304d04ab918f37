/** Thrown for a document that isn't a preview or a state. */
export class PreviewError extends Error {
  override readonly name = "PreviewError";
}
