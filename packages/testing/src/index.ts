export { findEncoded, type EncodedHit, type Encoding } from "./find-encoded";
export { Capture, Match } from "./match";
export { Matcher, type MatchContext } from "./matcher";
export type { Mismatch } from "./mismatch";
export {
  mockNameSuffix,
  type NewResource,
  type NewResourceAnswer,
  type OutputTable,
  type RecordMocks,
} from "./mock-answers";
export type { Path } from "./path";
export { promiseOf, type OutputState } from "./promise-of";
export { record, recordBoth, type RecordOptions } from "./record";
export type { RecordedAlias, RecordedCall, RecordedRead, RecordedResource, Recording, Values } from "./recording";
export { expectNoSecretLeak, expectSecret, type ExpectSecretOptions } from "./secrets";
export { Template } from "./template";
export { isUnknown, UNKNOWN } from "./unknown";
export { expectUrnGolden, type UrnGoldenOptions } from "./urn-golden";
export { expectWellFormed, type WellFormedOptions } from "./well-formed";
