import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "./host.ts";
import { call } from "./network.ts";

/** A certificate authority of the lab's own. */
export interface Authority {
  /** PEM. */
  readonly ca: string;
  /** Puts `/etc/ssl/lab/{ca,cert,key}.pem` on the host, for the name and for its address. */
  issue(host: Host, hostname: string): Promise<void>;
}

const EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30";
const OPENSSL_TIMEOUT_MS = 20_000;

export async function createAuthority(): Promise<Authority & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "mailcanary-lab-ca-"));
  const openssl = (args: string) =>
    call("openssl", args.split(" "), { cwd: dir, timeout: OPENSSL_TIMEOUT_MS });
  await openssl(
    `req -x509 ${EC} -subj /CN=mailcanary-lab -keyout ca.key -out ca.pem ` +
      "-addext keyUsage=critical,keyCertSign,cRLSign",
  );
  const ca = await readFile(join(dir, "ca.pem"), "utf8");
  return {
    ca,
    async issue(host, hostname) {
      const key = `${host.name}.key`;
      const cert = `${host.name}.pem`;
      await openssl(
        `req -x509 -CA ca.pem -CAkey ca.key ${EC} -subj /CN=${hostname} ` +
          `-addext subjectAltName=DNS:${hostname},IP:${host.address} ` +
          `-addext basicConstraints=critical,CA:false -keyout ${key} -out ${cert}`,
      );
      await host.write("/etc/ssl/lab/ca.pem", ca);
      await host.write("/etc/ssl/lab/cert.pem", await readFile(join(dir, cert), "utf8"));
      await host.write("/etc/ssl/lab/key.pem", await readFile(join(dir, key), "utf8"), 0o600);
    },
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true });
    },
  };
}
