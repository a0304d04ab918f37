/** The first version that all dependencies take; from 22.12 on a CommonJS program may load ES modules. */
const OLDEST = [22, 13] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `error: windows-ha needs Node.js ${OLDEST.join(".")} or newer; this is ${process.versions.node} (${process.execPath}). Install a current one, for example: npm install --global node@24\n`,
  );
  process.exit(1);
}
