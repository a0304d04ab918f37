import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority of two days that vouches for names, with keys made anew: none lies in the repository. */
export class CertificateAuthority {
  readonly certFile: string;
  private readonly keyFile: string;

  /** @param folder for its files, made here */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.certFile = join(folder, "ca.pem");
    this.keyFile = join(folder, "ca-key.pem");
    const own = ["-out", this.certFile, "-keyout", this.keyFile];
    this.#openssl(["req", "-x509", ...CURVE, "-days", "2", "-subj", "/CN=test authority", ...own]);
  }

  /** A certificate for `name`, which serves and asks, as files. */
  issue(name: string): { certFile: string; keyFile: string } {
    const files = { certFile: join(this.folder, `${name}.pem`), keyFile: join(this.folder, `${name}-key.pem`) };
    const [request, extensions] = [join(this.folder, `${name}.csr`), join(this.folder, `${name}.ext`)] as const;
    const alternatives = `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`;
    writeFileSync(extensions, `${alternatives}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    this.#openssl(["req", ...CURVE, "-subj", `/CN=${name}`, "-out", request, "-keyout", files.keyFile]);
    const signer = ["-CA", this.certFile, "-CAkey", this.keyFile, "-CAcreateserial"];
    this.#openssl([
      "x509",
      "-req",
      "-in",
      request,
      ...signer,
      "-days",
      "2",
      "-extfile",
      extensions,
      "-out",
      files.certFile,
    ]);
    return files;
  }

  #openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: "pipe" });
  }
}
