import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that nobody vouches for, and its key, both as PEM, made anew: no key lies in the repository. */
export function selfSigned(commonName: string): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-certificate-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")] as const;
  try {
    const what = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    execFileSync("openssl", ["req", ...what, "-subj", `/CN=${commonName}`, "-out", cert, "-keyout", key], {
      stdio: "pipe",
    });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
