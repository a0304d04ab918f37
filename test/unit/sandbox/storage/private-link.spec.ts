import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ResourceStore } from "../../../../packages/sandbox/src/azure";
import { hasPrivateLink } from "../../../../packages/sandbox/src/azure/types/private-link";
import { privateLink, type LinkPart } from "./private-link";

const GROUP = "/subscriptions/s/resourceGroups/shop/providers";
const ACCOUNT = `${GROUP}/Microsoft.Storage/storageAccounts/files`;
const NETWORK = `${GROUP}/Microsoft.Network/virtualNetworks/net`;

describe("sandbox: a private endpoint", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-link-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Whether a machine of the network reaches the account's blobs, when a text in the three parts is another one. */
  const reaches = (change: (parts: [LinkPart, LinkPart, LinkPart]) => LinkPart[] = (parts) => parts): boolean => {
    const store = new ResourceStore(join(folder, `${Math.random()}.json`));
    for (const { id, type, inputs } of change(privateLink(ACCOUNT, NETWORK))) {
      store.put({ id, type: `azure-native:${type}`, name: id.split("/").at(-1)!, inputs, outputs: {} });
    }
    const blobs = { id: ACCOUNT.toUpperCase(), groupId: "blob", zoneName: "privatelink.blob.core.windows.net" };
    return hasPrivateLink(store, [`${NETWORK}/subnets/machines`], blobs);
  };
  const replaced = (index: 0 | 1 | 2, from: string, to: string) => (parts: LinkPart[]) =>
    parts.map((part, at) =>
      at === index ? { ...part, inputs: JSON.parse(JSON.stringify(part.inputs).replace(from, to)) as object } : part,
    ) as LinkPart[];

  it("leads to a service whose name its network looks up in the zone", () => expect(reaches()).to.equal(true));

  const LOST: [what: string, change: Parameters<typeof reaches>[0]][] = [
    ["its address isn't in a zone", ([endpoint, , link]) => [endpoint, link]],
    ["nobody asks the zone", ([endpoint, group]) => [endpoint, group]],
    ["another network asks the zone", replaced(2, "/virtualNetworks/net", "/virtualNetworks/other")],
    ["it leads to another account", replaced(0, "/files", "/others")],
    ["it leads to another part of the account", replaced(0, '["blob"]', '["file"]')],
    ["its address is in the zone of another part", replaced(1, ".blob.", ".file.")],
  ];
  for (const [what, change] of LOST) {
    it(`leads nobody there when ${what}`, () => expect(reaches(change)).to.equal(false));
  }
});
