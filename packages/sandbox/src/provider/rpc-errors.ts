import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import * as providerMessages from "@pulumi/pulumi/proto/provider_pb";
import * as statusMessages from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { PartialFailure } from "./provider";
import { encodeProperties } from "./property-values";

/**
 * An error as the engine wants it. `UNKNOWN` alone would make the engine believe that nobody knows whether the
 * resource exists, so an ordinary refusal is `FAILED_PRECONDITION`.
 */
export function rpcError(error: unknown): Partial<ServiceError> {
  if (error instanceof PartialFailure) return partialFailure(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code: status.FAILED_PRECONDITION, details: message };
}

function partialFailure(failure: PartialFailure): Partial<ServiceError> {
  const detail = new providerMessages.ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setInputs(encodeProperties(failure.inputs));
  detail.setProperties(encodeProperties(failure.outputs));
  detail.setReasonsList([failure.reason]);

  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new statusMessages.Status();
  answer.setCode(status.UNKNOWN);
  answer.setMessage(failure.message);
  answer.addDetails(packed);

  // Structured details travel in this trailer; the Go side reads it by itself.
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details: failure.message, metadata };
}
