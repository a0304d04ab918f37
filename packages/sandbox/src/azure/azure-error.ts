/** What Azure Resource Manager answers when it refuses something: a code that people search for, and a sentence. */
export class AzureError extends Error {
  constructor(
    /** Azure's own code, for example `VMExtensionProvisioningError`. */
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AzureError";
  }
}
