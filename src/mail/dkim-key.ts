import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject } from "node:crypto";
import { parseTags } from "./tag-list.ts";

/** What a key record says (RFC 6376 §3.6.1). */
export type DkimKey =
  | {
      readonly kind: "key";
      readonly algorithm: "rsa" | "ed25519";
      readonly bits: number;
      /** Flag y: the domain only tries DKIM out. */
      readonly isTesting: boolean;
    }
  /** An empty p: the key was withdrawn. */
  | { readonly kind: "revoked" }
  /** Well-formed, and yet no verifier will use it for mail. */
  | { readonly kind: "unusable"; readonly why: string }
  | { readonly kind: "broken"; readonly why: string };

/** A key of 16384 bits has less than 3000 characters. */
const MAX_KEY_CHARACTERS = 4096;
/** RFC 8463 §4.2: the bare key. */
const ED25519_BYTES = 32;
const ED25519_BITS = 256;

/** Reads the TXT record at `<selector>._domainkey.<domain>`. */
export function parseDkimKey(text: string): DkimKey {
  const tags = parseTags(text);
  if (typeof tags === "string") return { kind: "broken", why: tags };
  const version = tags.get("v");
  if (version !== undefined && (version !== "DKIM1" || [...tags.keys()][0] !== "v")) {
    return { kind: "broken", why: "v is not DKIM1, or not the first tag" };
  }
  const key = tags.get("p")?.replace(/\s+/g, "");
  if (key === undefined) return { kind: "broken", why: "there is no p= with the key" };
  if (key === "") return { kind: "revoked" };
  const why = uselessBecause(tags);
  if (why !== undefined) return { kind: "unusable", why };
  const isTesting = listOf(tags.get("t")).includes("y");
  return (tags.get("k") ?? "rsa") === "rsa" ? rsaKey(key, isTesting) : ed25519Key(key, isTesting);
}

/** The type of key that the record speaks of, also where it cannot be read. */
export function keyTypeIn(text: string): "rsa" | "ed25519" {
  return /(?:^|;)\s*k\s*=\s*ed25519\s*(?:;|$)/i.test(text) ? "ed25519" : "rsa";
}

/** The record without the tags that keep verifiers from using it; undefined: that would not do. */
export function usable(text: string): string | undefined {
  const isInTheWay = (part: string) => {
    const tags = parseTags(part);
    return typeof tags !== "string" && uselessBecause(tags) !== undefined;
  };
  const mended = text
    .split(";")
    .filter((part) => !isInTheWay(part))
    .join(";");
  return parseDkimKey(mended).kind === "key" ? mended : undefined;
}

/** The record without the flag that says *testing*. */
export function withoutTesting(text: string): string {
  return text
    .split(";")
    .map((part) => {
      const [name = "", flags = ""] = part.split("=");
      if (name.trim() !== "t") return part;
      const left = listOf(flags).filter((flag) => flag !== "y");
      return left.length === 0 ? undefined : ` t=${left.join(":")}`;
    })
    .filter((part) => part !== undefined)
    .join(";");
}

function uselessBecause(tags: ReadonlyMap<string, string>): string | undefined {
  const type = tags.get("k") ?? "rsa";
  if (type !== "rsa" && type !== "ed25519") return `k=${type} is not a type of key that mail knows`;
  const services = listOf(tags.get("s") ?? "*");
  if (!services.includes("*") && !services.includes("email")) return "s= does not name email";
  const hashes = tags.get("h");
  // RFC 8301 §3.1: verifiers ignore rsa-sha1.
  if (hashes !== undefined && !listOf(hashes).includes("sha256")) return "h= does not allow sha256";
  return undefined;
}

function rsaKey(base64: string, isTesting: boolean): DkimKey {
  const bytes = decode(base64);
  if (bytes === undefined) return { kind: "broken", why: "p= is not base64 of a bearable length" };
  // RFC 6376 §3.6.1 asks for the bare RSAPublicKey, everybody publishes a SubjectPublicKeyInfo.
  const key = readDer(bytes, "spki") ?? readDer(bytes, "pkcs1");
  const bits = key?.asymmetricKeyDetails?.modulusLength;
  return key?.asymmetricKeyType === "rsa" && bits !== undefined
    ? { kind: "key", algorithm: "rsa", bits, isTesting }
    : { kind: "broken", why: "p= holds no RSA key: it is cut short, or of another type" };
}

function ed25519Key(base64: string, isTesting: boolean): DkimKey {
  return decode(base64)?.length === ED25519_BYTES
    ? { kind: "key", algorithm: "ed25519", bits: ED25519_BITS, isTesting }
    : { kind: "broken", why: `p= is not base64 of the ${ED25519_BYTES} bytes of an Ed25519 key` };
}

function decode(base64: string): Buffer | undefined {
  if (base64.length > MAX_KEY_CHARACTERS || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    return undefined;
  return Buffer.from(base64, "base64");
}

function readDer(key: Buffer, type: "spki" | "pkcs1"): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: "der", type });
  } catch {
    // Node tells what is no key by throwing.
    return undefined;
  }
}

function listOf(value: string | undefined): string[] {
  return (value ?? "").split(":").map((item) => item.trim().toLowerCase());
}
