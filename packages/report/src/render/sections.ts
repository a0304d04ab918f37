/** A part of a text of limited length. Items are dropped as a whole, from the last one. */
export interface Section {
  /** Before the first item. */
  head?: string;
  items: string[];
  /** Behind the last item: what closes what `head` has opened. */
  tail?: string;
}

/** Room for the note. */
const NOTE_BYTES = 300;

/** The sections as one text of at most `maxBytes`: detail is dropped from the bottom, and the text says so. */
export function fitted(sections: readonly Section[], maxBytes: number, hint = ""): string {
  const whole = sections.map(sectionText).join("");
  if (size(whole) <= maxBytes) return whole;
  const kept = sections.map((section) => ({ ...section, items: [...section.items] }));
  let left = size(whole) + NOTE_BYTES + size(hint) - maxBytes;
  let dropped = 0;
  for (const section of kept.toReversed()) {
    while (left > 0 && section.items.length > 0) {
      left -= size(section.items.pop()!);
      dropped += 1;
      // The frame of an empty section goes, too.
      if (section.items.length === 0) left -= size(section.head ?? "") + size(section.tail ?? "");
    }
  }
  const note = `\n> ${dropped} ${dropped === 1 ? "part" : "parts"} of this report found no room in ${maxBytes} bytes.${hint}\n`;
  return kept.map(sectionText).join("") + note;
}

function sectionText({ head = "", items, tail = "" }: Section): string {
  return items.length === 0 ? "" : head + items.join("") + tail;
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
