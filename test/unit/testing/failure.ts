import { AssertionError } from "node:assert";
import { expect } from "chai";

/** The message of the AssertionError that a check throws; the test fails if it throws none, or another error. */
export function failureOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    expect(error).to.be.instanceOf(AssertionError);
    return (error as AssertionError).message;
  }
  throw new Error("the check passed, though it should fail");
}
