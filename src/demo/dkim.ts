import { createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import DKIM from "nodemailer/lib/dkim";
import { OPERATOR } from "./providers.ts";

/** The operator's DKIM key. */
export interface DkimKey {
  readonly privatePem: string;
  /** The TXT record to publish (RFC 6376 §3.6.1). */
  readonly record: string;
}

const KEY_BITS = 2048;

export async function createDkimKey(): Promise<DkimKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: KEY_BITS });
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    record: recordOf(privateKey),
  };
}

/** The message with a DKIM-Signature on top; octets as latin1 text on both sides. */
export async function signMail(raw: string, key: DkimKey): Promise<string> {
  const signer = new DKIM({
    domainName: OPERATOR.domain,
    keySelector: OPERATOR.selector,
    privateKey: key.privatePem,
  });
  const signed = await buffer(signer.sign(Buffer.from(raw, "latin1")));
  return signed.toString("latin1");
}

function recordOf(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return `v=DKIM1; k=rsa; p=${spki.toString("base64")}`;
}
