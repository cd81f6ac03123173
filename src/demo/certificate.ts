import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate } from "node:crypto";
import { promisify } from "node:util";

/** A key and its self-signed certificate, PEM: what servers present and clients are to trust. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
const VALID_MS = 30 * DAY_MS;

// DER tags (X.690 §8).
const SEQUENCE = 0x30;
const SET = 0x31;
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SAN_IP = 0x87;
const SAN_DNS = 0x82;

const ECDSA_WITH_SHA256 = der(SEQUENCE, der(OBJECT_ID, "2a8648ce3d040302"));
const COMMON_NAME = der(OBJECT_ID, "550403");
const BASIC_CONSTRAINTS = der(OBJECT_ID, "551d13");
const SUBJECT_ALT_NAME = der(OBJECT_ID, "551d11");

/** A certificate (RFC 5280 §4.1) for 127.0.0.1 and localhost, valid for 30 days. */
export async function createTlsIdentity(now = Date.now()): Promise<TlsIdentity> {
  const pair = await promisify(generateKeyPair)("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, text("demo")))));
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, "02")),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, utcTime(now - DAY_MS), utcTime(now + VALID_MS)),
    name,
    pair.publicKey,
    der(0xa3, der(SEQUENCE, ...extensions())),
  );
  const signature = sign("sha256", body, createPrivateKey(pair.privateKey));
  const certificate = der(SEQUENCE, body, ECDSA_WITH_SHA256, bitString(signature));
  return { key: pair.privateKey, cert: new X509Certificate(certificate).toString() };
}

function extensions(): readonly Buffer[] {
  const names = [der(SAN_DNS, text("localhost")), der(SAN_IP, Buffer.from([127, 0, 0, 1]))];
  const authority = der(SEQUENCE, der(BOOLEAN, "ff"));
  return [
    der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, der(SEQUENCE, ...names))),
    der(SEQUENCE, BASIC_CONSTRAINTS, der(BOOLEAN, "ff"), der(OCTET_STRING, authority)),
  ];
}

/** `YYMMDDhhmmssZ` (RFC 5280 §4.1.2.5.1). */
function utcTime(at: number): Buffer {
  return der(UTC_TIME, text(`${new Date(at).toISOString().slice(2, 19).replaceAll(/\D/g, "")}Z`));
}

function bitString(octets: Buffer): Buffer {
  return der(BIT_STRING, Buffer.concat([Buffer.alloc(1), octets]));
}

/** Tag, length and content; content as octets or hexadecimal digits. */
function der(tag: number, ...content: readonly (Buffer | string)[]): Buffer {
  const octets = content.map((part) =>
    typeof part === "string" ? Buffer.from(part, "hex") : part,
  );
  const body = Buffer.concat(octets);
  return Buffer.concat([Buffer.from([tag, ...derLength(body.length)]), body]);
}

function derLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function text(value: string): Buffer {
  return Buffer.from(value, "utf8");
}
