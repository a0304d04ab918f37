import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPreview, type PreviewReport, type ReadOptions } from "@windows-ha/report";
import { previewFixture } from "../../support/preview-fixtures";

export interface StepDocument {
  op: string;
  urn: string;
  oldState?: ResourceDocument;
  newState?: ResourceDocument;
  detailedDiff?: Record<string, unknown> | null;
}
export interface ResourceDocument {
  urn: string;
  type: string;
  custom?: boolean;
  inputs?: Record<string, unknown>;
  [name: string]: unknown;
}
export interface PreviewDocument {
  steps: StepDocument[];
  changeSummary?: Record<string, number>;
  [name: string]: unknown;
}

export function fixture(name: string): PreviewDocument {
  return JSON.parse(previewFixture(name)) as PreviewDocument;
}

export function reportOf(name: string, options?: ReadOptions): PreviewReport {
  return readPreview(previewFixture(name), options);
}

/** A recorded preview with a change. */
export function changed(name: string, change: (document: PreviewDocument) => void): PreviewReport {
  const document = fixture(name);
  change(document);
  return readPreview(document);
}

/** The step of a resource type, for example `LoadBalancer`. */
export function stepOf({ steps }: PreviewDocument, type: string): StepDocument {
  return steps.find(({ urn }) => urn.split("::")[2]!.endsWith(`:${type}`))!;
}

const URN = "urn:pulumi:dev::example::";

/** A preview that updates one resource of Azure. */
export function updating(
  type: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  more: Partial<StepDocument> = {},
): PreviewReport {
  const token = `azure-native:${type}`;
  const urn = `${URN}${token}::it`;
  const state = (inputs: Record<string, unknown>): ResourceDocument => ({ urn, type: token, custom: true, inputs });
  const step = { op: "update", urn, oldState: state(before), newState: state(after), detailedDiff: null, ...more };
  return readPreview({ steps: [step], changeSummary: { update: 1 } });
}

/** Compares with a golden file; `UPDATE_GOLDEN=1` writes it. */
export function expectGolden(file: string, text: string): void {
  const path = join(__dirname, "golden", file);
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).to.equal(readFileSync(path, "utf8"));
}
