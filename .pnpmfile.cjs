const { repository } = require("./package.json");

const FIELDS = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];

/** pnpm writes a package's dependencies in whichever order it has looked them up: equal sources gave other bytes. */
function beforePacking(manifest) {
  for (const field of FIELDS.filter((name) => manifest[name])) {
    manifest[field] = Object.fromEntries(Object.entries(manifest[field]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  // One place says where all of it comes from; npm wants it in each package, and provenance compares it.
  return repository === undefined ? manifest : { ...manifest, repository };
}

module.exports = { hooks: { beforePacking } };
