import { closeSync, existsSync, fstatSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const END = "]}";

/** Adds a record to `{"records":[…]}` without reading what is there already. */
export function appendRecord(file: string, record: object): void {
  const text = JSON.stringify(record);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `{"records":[${text}${END}`, { mode: 0o600 });
    return;
  }
  const handle = openSync(file, "r+");
  try {
    writeSync(handle, `,${text}${END}`, fstatSync(handle).size - END.length);
  } finally {
    closeSync(handle);
  }
}
