import { txtLine } from "../../mail/txt-record.ts";
import type { KeyFacts } from "./observe.ts";

/** What signers and verifiers know. */
export type KeyType = "rsa" | "ed25519";

/** How to make a key of the length that signers should use. */
export const NEW_RSA = "A new pair: openssl genrsa -out dkim.key 2048";

const NEW_PAIR = {
  rsa: NEW_RSA,
  ed25519: "A new pair: openssl genpkey -algorithm ed25519 -out dkim.key",
};

/** What prints the public key as the record holds it; of Ed25519 the bare 32 bytes (RFC 8463 §4.2). */
const PRINT = {
  rsa: "openssl rsa -in YOUR.key -pubout -outform der | openssl base64 -A",
  ed25519: "openssl pkey -in YOUR.key -pubout -outform der | tail -c 32 | openssl base64 -A",
};

/** The record with all that we can know of it, and how to get at the rest. */
export function howTo(name: string, type: KeyType = "rsa"): string {
  const line = txtLine(name, `v=DKIM1; k=${type}; p=KEY`);
  return `Publish ${line}, KEY being what this prints: ${PRINT[type]}`;
}

/** How to replace a key that has grown old. */
export function howToRotate(key: KeyFacts, type: KeyType): string {
  const keeper = keeperOf(key);
  return keeper === undefined
    ? NEW_PAIR[type]
    : `It is kept at ${keeper}: rotate it with who runs that`;
}

/** What becomes of the record of a key that signs no more. */
export function howToEnd(key: KeyFacts): string {
  const keeper = keeperOf(key);
  return keeper === undefined
    ? "Remove it when the last mail signed with it has arrived, after a week or so"
    : `Leave the record as it is: it leads to ${keeper}, whose owner signs with it again at the next rotation`;
}

/** Whether the record is a CNAME that leads to somebody else's. */
export function isKeptElsewhere(key: KeyFacts): boolean {
  return keeperOf(key) !== undefined;
}

/** Where the CNAME leads that services have their users publish; undefined: the key is the domain's own. */
function keeperOf({ answer }: KeyFacts): string | undefined {
  return answer.kind === "failed" ? undefined : answer.aliases.at(-1);
}
