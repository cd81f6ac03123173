import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { der } from "./der.ts";

/** A certificate and its key, PEM, as TLS servers take them. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test's own: `ca` is what a client has to trust. */
export interface Authority {
  readonly ca: string;
  /** A server certificate for these names and addresses. */
  issue(names: readonly string[], validity?: Validity): Identity;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const DAY_MS = 86_400_000;

/** Makes an authority with a fresh key (RFC 5280); takes about a millisecond. */
export function createAuthority(name = "Test authority"): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isAuthority = extension("2.5.29.19", der.sequence(der.true()), true);
  const ca = certificate(
    { subject: name, publicKey: keys.publicKey, extensions: [isAuthority], ...aroundNow() },
    { name, key: keys.privateKey },
  );
  return {
    ca,
    issue(names, validity = aroundNow()) {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extensions = [extension("2.5.29.17", der.sequence(...names.map(generalName)), false)];
      const subject = names[0] ?? "nobody";
      return {
        cert: certificate(
          { subject, publicKey: own.publicKey, extensions, ...validity },
          { name, key: keys.privateKey },
        ),
        key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

interface Contents extends Validity {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate(contents: Contents, issuer: { name: string; key: KeyObject }): string {
  const { subject, publicKey, extensions, notBefore, notAfter } = contents;
  const signed = der.sequence(
    der.tagged(0xa0, der.integer(2)),
    der.integer(nextSerial()),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.name),
    der.sequence(der.time(notBefore), der.time(notAfter)),
    distinguishedName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der.tagged(0xa3, der.sequence(...extensions)),
  );
  const signature = der.bits(sign("sha256", signed, issuer.key));
  const base64 = der.sequence(signed, ECDSA_WITH_SHA256, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

let serial = 0;
function nextSerial(): number {
  serial = (serial % 126) + 1;
  return serial;
}

function aroundNow(): Validity {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8(commonName))));
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.true()] : []), der.octets(value));
}

function generalName(name: string): Buffer {
  if (isIP(name) === 4) return der.tagged(0x87, Buffer.from(name.split(".").map(Number)));
  return der.tagged(0x82, Buffer.from(name));
}
