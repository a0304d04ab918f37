import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { manageActions } from "@windows-ha/spec";
import { azureNativeProvider, ProfileEffects, ResourceStore } from "../../../../packages/sandbox/src/azure";
import type { PropertyMap, ResourceProviderImplementation } from "../../../../packages/sandbox/src/provider";
import { FakeDataPlane } from "./fake-data-plane";
import { GROUP, refusal } from "./harness";

const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const GALLERY = "azure-native:compute:Gallery";
const APPLICATION = "azure-native:compute:GalleryApplication";
const VERSION = "azure-native:compute:GalleryApplicationVersion";

const place = { resourceGroupName: "shop", location: "westeurope" };
const publisher = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/publisher`;
const gallery = {
  ...place,
  galleryName: "shop_0a1b2c",
  identity: { type: "UserAssigned", userAssignedIdentities: [publisher] },
};
const application = {
  ...place,
  galleryName: "shop_0a1b2c",
  galleryApplicationName: "orders",
  supportedOSType: "Windows",
};
const publishingProfile = {
  source: { mediaLink: "http://127.100.0.1:7400/blobs/shopfiles/packages/orders/1.2.3/windows-ha.zip" },
  manageActions: { ...manageActions("orders") },
  settings: { packageFileName: "windows-ha.zip" },
};
const version = {
  ...place,
  galleryName: "shop_0a1b2c",
  galleryApplicationName: "orders",
  galleryApplicationVersionName: "1.2.3",
  publishingProfile,
};
const GALLERY_ID = `${GROUP}/providers/Microsoft.Compute/galleries/shop_0a1b2c`;
const VERSION_ID = `${GALLERY_ID}/applications/orders/versions/1.2.3`;

describe("sandbox: galleries and their applications", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-gallery-"));
  let store: ResourceStore;
  let dataPlane: FakeDataPlane;
  let provider: ResourceProviderImplementation;

  beforeEach(async () => {
    rmSync(join(folder, "resources.json"), { force: true });
    store = new ResourceStore(join(folder, "resources.json"));
    dataPlane = new FakeDataPlane();
    provider = azureNativeProvider({ store, dataPlane, log: () => {}, profile: new ProfileEffects({}) });
    await create("azure-native:resources:ResourceGroup", place);
    await create(IDENTITY, { ...place, resourceName: "publisher" });
    await create(GALLERY, gallery);
    await create(APPLICATION, application);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const subject = (type: string) => ({
    urn: `urn:pulumi:dev::shop::${type}::it`,
    name: "it",
    type,
    connection: "test",
  });
  const { signal } = new AbortController();
  const create = (type: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> =>
    provider.create({ ...subject(type), inputs, preview: false, signal });
  const update = (type: string, id: string, news: PropertyMap): Promise<{ outputs: PropertyMap }> =>
    provider.update({ ...subject(type), id, oldInputs: {}, state: {}, news, preview: false, signal });
  const check = (type: string, news: PropertyMap): string[] =>
    provider.check({ ...subject(type), olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined }).failures;
  const remove = (type: string, id: string): Promise<void> =>
    provider.delete({ ...subject(type), id, state: {}, signal });

  it("take what has the right names, and a package from the blob that the gallery's identity reads", async () => {
    for (const [type, inputs] of [
      [GALLERY, gallery],
      [APPLICATION, application],
      [VERSION, version],
    ] as const) {
      expect(check(type, inputs), type).to.deep.equal([]);
    }
    const { id } = await create(VERSION, version);
    expect(id).to.equal(VERSION_ID);
    expect(dataPlane.keptPackages).to.deep.equal([
      {
        versionId: VERSION_ID,
        mediaLink: publishingProfile.source.mediaLink,
        principalIds: [store.get(publisher)!.outputs["principalId"]],
      },
    ]);
  });

  const without = (action: string) => ({
    ...version,
    publishingProfile: {
      ...publishingProfile,
      manageActions: { ...publishingProfile.manageActions, [action]: undefined },
    },
  });
  const REFUSED: [type: string, inputs: PropertyMap, answer: RegExp][] = [
    [GALLERY, { ...gallery, galleryName: "shop-gallery" }, /galleryName: InvalidParameter: .*no hyphens/],
    [GALLERY, { ...gallery, galleryName: "g".repeat(81) }, /galleryName: InvalidParameter/],
    [APPLICATION, { ...application, galleryApplicationName: "orders_" }, /galleryApplicationName: InvalidParameter/],
    [APPLICATION, { ...application, supportedOSType: "Dos" }, /supportedOSType: "Dos" is not allowed/],
    ...["1.2", "1.2.3-beta", "1.2.2147483648", "1.2.3.4"].map((name): [string, PropertyMap, RegExp] => [
      VERSION,
      { ...version, galleryApplicationVersionName: name },
      /galleryApplicationVersionName: InvalidParameter: .*three numbers/,
    ]),
    [VERSION, without("install"), /manageActions\.install: (is required|InvalidParameter)/],
    [VERSION, without("remove"), /manageActions\.remove: (is required|InvalidParameter)/],
    [
      VERSION,
      {
        ...version,
        publishingProfile: {
          ...publishingProfile,
          manageActions: { ...publishingProfile.manageActions, update: "x".repeat(4097) },
        },
      },
      /manageActions\.update: InvalidParameter: .*4096/,
    ],
  ];
  for (const [type, inputs, answer] of REFUSED) {
    it(`refuse ${type.split(":").at(-1)} ${answer}`, () => {
      expect(check(type, inputs).join("\n")).to.match(answer);
    });
  }

  it("take a version without an update, as Azure does", () => {
    expect(check(VERSION, without("update"))).to.deep.equal([]);
  });

  for (const [what, changes] of Object.entries({
    source: { source: { mediaLink: "https://elsewhere" } },
    manageActions: { manageActions: manageActions("carts") },
    settings: { settings: { packageFileName: "other.zip" } },
  })) {
    it(`never change the ${what} of a version`, async () => {
      await create(VERSION, version);
      const news = { ...version, publishingProfile: { ...publishingProfile, ...changes } } as PropertyMap;
      const { message } = await refusal(update(VERSION, VERSION_ID, news));
      expect(message).to.include("PropertyChangeNotAllowed").and.include(what);
    });
  }

  it("change where a version is kept, without taking its package again", async () => {
    await create(VERSION, version);
    const news = { ...version, publishingProfile: { ...publishingProfile, targetRegions: [{ name: "northeurope" }] } };
    await update(VERSION, VERSION_ID, news);
    expect(dataPlane.keptPackages).to.have.lengthOf(1);
  });

  it("go after what they hold", async () => {
    await create(VERSION, version);
    for (const [type, id] of [
      [GALLERY, GALLERY_ID],
      [APPLICATION, `${GALLERY_ID}/applications/orders`],
    ] as const) {
      expect((await refusal(remove(type, id))).message).to.include("CannotDeleteResource");
    }
    await remove(VERSION, VERSION_ID);
    await remove(APPLICATION, `${GALLERY_ID}/applications/orders`);
    await remove(GALLERY, GALLERY_ID);
    expect(store.get(GALLERY_ID)).to.equal(undefined);
  });

  it("have a name once in a subscription", async () => {
    await create("azure-native:resources:ResourceGroup", { ...place, resourceGroupName: "other" });
    const second = { ...place, resourceGroupName: "other", galleryName: "Shop_0A1B2C" };
    expect((await refusal(create(GALLERY, second))).message).to.include("Conflict");
  });
});

describe("sandbox: the applications that a machine names", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-named-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const provider = azureNativeProvider({
    store: new ResourceStore(join(folder, "resources.json")),
    dataPlane: new FakeDataPlane(),
    log: () => {},
    profile: new ProfileEffects({}),
  });
  const problems = (ids: string[]): string => {
    const galleryApplications = ids.map((packageReferenceId) => ({ packageReferenceId }));
    const SETS = [
      ["azure-native:compute:VirtualMachine", { applicationProfile: { galleryApplications } }],
      [
        "azure-native:compute:VirtualMachineScaleSet",
        { virtualMachineProfile: { applicationProfile: { galleryApplications } } },
      ],
    ] as const;
    return SETS.map(([type, inputs]) => {
      const subject = { urn: `urn:pulumi:dev::shop::${type}::it`, name: "it", type, connection: "test" };
      const news = { ...place, ...inputs } as PropertyMap;
      const request = { olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined };
      const { failures } = provider.check({ ...subject, ...request });
      return failures.filter((failure) => failure.includes("galleryApplications")).join("\n");
    }).join("\n--\n");
  };

  it("are one version each, at most 25", () => {
    expect(problems([VERSION_ID])).to.equal("\n--\n");
    expect(
      problems([VERSION_ID, VERSION_ID.replace("1.2.3", "1.2.4")]).match(/one version of an application/g),
    ).to.have.lengthOf(2);
    const many = Array.from({ length: 26 }, (_, index) => VERSION_ID.replace("/orders/", `/orders${index}/`));
    expect(problems(many).match(/at most 25/g)).to.have.lengthOf(2);
    expect(problems(["orders 1.2.3"]).match(/is no id of a gallery application's version/g)).to.have.lengthOf(2);
  });
});
