import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
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
  issue(names: readonly string[], validity?: Validity, traits?: Traits): Identity;
  /** An authority below it; servers show its `ca` behind their own certificate. */
  intermediate(name: string, validity?: Validity): Authority;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

interface Traits {
  /** In place of ECDSA P-256. */
  readonly rsaBits?: number;
  /** RFC 7633. */
  readonly mustStaple?: boolean;
  /** A key that there is already, PEM. */
  readonly key?: string;
}

const ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const DAY_MS = 86_400_000;

/** Makes an authority with a fresh key (RFC 5280); takes about a millisecond. */
export function createAuthority(name = "Test authority"): Authority {
  const { privateKey: key, publicKey } = newKeys();
  return authority({ name, key }, { name, key }, publicKey, aroundNow());
}

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

function authority(
  own: Signer,
  above: Signer,
  publicKey: KeyObject,
  validity: Validity,
): Authority {
  const isAuthority = extension("2.5.29.19", der.sequence(der.true()), true);
  const contents = { subject: own.name, publicKey, extensions: [isAuthority], ...validity };
  return {
    ca: certificate(contents, above),
    issue(names, validity = aroundNow(), { rsaBits, mustStaple = false, key } = {}) {
      const keys = key === undefined ? newKeys(rsaBits) : keysOf(key);
      const extensions = [
        extension("2.5.29.17", der.sequence(...names.map(generalName)), false),
        ...(mustStaple
          ? [extension("1.3.6.1.5.5.7.1.24", der.sequence(der.integer(5)), false)]
          : []),
      ];
      const subject = names[0] ?? "nobody";
      return {
        cert: certificate({ subject, publicKey: keys.publicKey, extensions, ...validity }, own),
        key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
    intermediate(name, validity = aroundNow()) {
      const { privateKey: key, publicKey } = newKeys();
      return authority({ name, key }, own, publicKey, validity);
    },
  };
}

function newKeys(rsaBits?: number) {
  return rsaBits === undefined
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: rsaBits });
}

function keysOf(pem: string) {
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
}

interface Contents extends Validity {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate(contents: Contents, issuer: Signer): string {
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

/** `Some name` is a common name, `O=Some name` an organisation. */
function distinguishedName(name: string): Buffer {
  const [id, text] = name.startsWith("O=") ? ["2.5.4.10", name.slice(2)] : ["2.5.4.3", name];
  return der.sequence(der.set(der.sequence(der.oid(id), der.utf8(text))));
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.true()] : []), der.octets(value));
}

function generalName(name: string): Buffer {
  if (isIP(name) === 4) return der.tagged(0x87, Buffer.from(name.split(".").map(Number)));
  return der.tagged(0x82, Buffer.from(name));
}
