const FIELDS = ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"];

/** pnpm writes a package's dependencies in whichever order it has looked them up: equal sources gave other bytes. */
function beforePacking(manifest) {
  for (const field of FIELDS.filter((name) => manifest[name])) {
    manifest[field] = Object.fromEntries(Object.entries(manifest[field]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return manifest;
}

module.exports = { hooks: { beforePacking } };
