import { expect } from "chai";
import { journalFaults, type JournalEntry } from "../support/journal-check";

const entry = (sequence: number, token: number, machine: string): JournalEntry => ({ sequence, token, machine });
const GOOD = [entry(1, 5, "a"), entry(2, 5, "a"), entry(3, 9, "b"), entry(4, 12, "a")];

describe("the check of a leader's journal", () => {
  it("has nothing to say about one writer after the other, in whatever order they are read", () => {
    expect(journalFaults(GOOD)).to.deep.equal([]);
    expect(journalFaults([...GOOD].reverse())).to.deep.equal([]);
  });

  const BAD: [string, JournalEntry[], string][] = [
    ["a former leader's write that was accepted", [...GOOD, entry(5, 9, "b")], "entry 5 has token 9 after 12"],
    ["two machines with one token", [...GOOD, entry(5, 12, "c")], "entry 5 is c's, with the token of a"],
    ["an entry that is missing", [...GOOD, entry(6, 12, "a")], "entry 6 follows 4"],
    ["a number twice", [...GOOD, entry(4, 12, "a")], "entry 4 follows 4"],
  ];
  for (const [title, entries, fault] of BAD) {
    it(`finds ${title}`, () => expect(journalFaults(entries)).to.deep.equal([fault]));
  }
});
