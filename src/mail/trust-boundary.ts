import type { MethodResult } from "../domain/canary.ts";
import {
  type AuthenticationResults,
  parseAuthenticationResults,
} from "./authentication-results.ts";
import { type Entry, entryOf } from "./entry.ts";
import type { HeaderField } from "./header-fields.ts";
import type { Receiver } from "./known-receivers.ts";
import { TOKEN_FIELD } from "./message.ts";
import { isWithin, organisationOf } from "./organisation.ts";

/** What the receiver itself says about the sender's authentication. */
export interface TrustedResults {
  /** Field bodies, unfolded. */
  readonly asWritten: readonly string[];
  /** The results of all of them; two signatures are two results of `dkim`. */
  readonly results: readonly MethodResult[];
}

/** iCloud writes five fields, nobody is known to write more than eight. */
const MAX_OWN_FIELDS = 20;

/**
 * The Authentication-Results that the receiver itself wrote into a canary. Everything else is the
 * sender's text, the receiver's own authserv-id included (RFC 8601 §1.2 and §7.1). In this order, the
 * first that there is:
 *
 * 1. fields above the receiver's entry hop whose authserv-id is the receiver's, or who have none
 *    where the receiver is known to write none;
 * 2. the newest ARC-Authentication-Results above it (RFC 8617 §4.1.1 makes it a copy);
 * 3. fields directly below it. Of a large receiver that always writes there, the first one of each
 *    authserv-id. Of a small one, where milters behind Postfix and Sendmail write, those under the
 *    very name of the machine that took the message, as long as no method comes twice, and only
 *    in a message with a canary's token. The caller has checked the token, so the text below is our
 *    own server's, who has no reason to forge.
 *
 * A receiver that writes at another place has reported nothing, which is neither pass nor fail.
 */
export function trustedResults(fields: readonly HeaderField[], receiver: Receiver): TrustedResults {
  const entry = entryOf(fields, receiver);
  if (entry === undefined) return { asWritten: [], results: [] };
  const above = fields.slice(0, entry.index);
  const isOwn = ({ parsed }: Reading): boolean => isOwnId(parsed.authservId, entry, receiver);
  const stamped = readings(above, "authentication-results").filter(isOwn);
  const sealed = readings(above, "arc-authentication-results").slice(0, 1).filter(isOwn);
  const own =
    [stamped, sealed, stampedBelow(fields, entry)].find((found) => found.length > 0) ?? [];
  return {
    asWritten: own.map(({ text }) => text),
    results: own.flatMap(({ parsed }) => parsed.results),
  };
}

interface Reading {
  readonly text: string;
  readonly parsed: AuthenticationResults;
}

function readings(fields: readonly HeaderField[], wanted: string): Reading[] {
  return fields
    .filter(({ name }) => name === wanted)
    .slice(0, MAX_OWN_FIELDS)
    .flatMap(({ value }) => {
      // The instance of an ARC set stands before the authserv-id (RFC 8617 §4.1.1).
      const text = wanted.startsWith("arc-")
        ? value.replace(/^i\s{0,9}=\s{0,9}\d{1,4}\s{0,9};\s{0,99}/, "")
        : value;
      const parsed = parseAuthenticationResults(text);
      return parsed.kind === "parsed" ? [{ text, parsed }] : [];
    });
}

function isOwnId(id: string | undefined, entry: Entry, { address }: Receiver): boolean {
  const { known, writers } = entry;
  if (id === undefined) return known?.omitsAuthservId ?? false;
  if (known?.authservIds.some((domain) => isWithin(id, domain)) ?? false) return true;
  if (writers.includes(id)) return true;
  const organisation = organisationOf(id);
  if (organisation === undefined) return false;
  const seedDomain = address.slice(address.lastIndexOf("@") + 1);
  const own = known === undefined ? [...writers, seedDomain] : writers;
  return own.some((host) => organisationOf(host) === organisation);
}

function stampedBelow(fields: readonly HeaderField[], { index, hop, known }: Entry): Reading[] {
  const below = fields.slice(index + 1);
  const end = below.findIndex(({ name }) => name === "received");
  const candidates = readings(end < 0 ? below : below.slice(0, end), "authentication-results");
  if (known?.stampsBelow !== undefined) {
    return known.stampsBelow.flatMap((domain) => {
      const first = candidates.find(({ parsed }) => isWithin(parsed.authservId ?? "", domain));
      return first === undefined ? [] : [first];
    });
  }
  const isCanary = below.some(({ name }) => name === TOKEN_FIELD.toLowerCase());
  if (known !== undefined || hop.by === undefined || !isCanary) return [];
  const writer = hop.by.toLowerCase();
  return withoutRepeats(candidates.filter(({ parsed }) => parsed.authservId === writer));
}

/** Up to the first field that reports a method anew: milters share the methods among themselves. */
function withoutRepeats(candidates: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  const end = candidates.findIndex(({ parsed }) => {
    const methods = parsed.results.map(({ method }) => method);
    if (methods.some((method) => seen.has(method))) return true;
    for (const method of methods) seen.add(method);
    return false;
  });
  return end < 0 ? [...candidates] : candidates.slice(0, end);
}
