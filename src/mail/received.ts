import type { ExitIdentity, Hop, TransportSecurity } from "../domain/canary.ts";
import { entryOf } from "./entry.ts";
import type { HeaderField } from "./header-fields.ts";
import { parseReceived } from "./hop.ts";
import { type IpAddress, parseIp } from "./ip-address.ts";
import type { Receiver } from "./known-receivers.ts";
import { trustedResults } from "./trust-boundary.ts";

/** RFC 5321 §6.3 calls a message with 100 of them a loop. */
const MAX_HOPS = 100;

/** Every Received field, newest first; those below the receiver's own are what the sender claims. */
export function hopsOf(fields: readonly HeaderField[]): Hop[] {
  return fields
    .filter(({ name }) => name === "received")
    .slice(0, MAX_HOPS)
    .map(({ value }) => parseReceived(value));
}

/** TLS of the hop into the receiver; undefined where it wrote none down. */
export function lastHopTls(
  fields: readonly HeaderField[],
  receiver: Receiver,
): TransportSecurity | undefined {
  return entryOf(fields, receiver)?.hop.tls;
}

/**
 * Who handed the message to the receiver, as the receiver saw it. Where its Received field has no
 * address, what it wrote about SPF and the reverse name is asked. The address may be a private one,
 * where both servers stand in one network. Undefined where the receiver took it from the author's own
 * login: then it never left, and the client is whoever wrote it.
 */
export function exitOf(
  fields: readonly HeaderField[],
  receiver: Receiver,
): ExitIdentity | undefined {
  const entry = entryOf(fields, receiver);
  if (entry === undefined || isSubmission(entry.hop)) return undefined;
  const { helo, reverseName } = entry.hop;
  const ip = parseIp(entry.hop.ip ?? "") ?? addressElsewhere(fields, entry.index, receiver);
  return ip === undefined ? undefined : { ip: ip.text, family: ip.family, helo, reverseName };
}

/** `ESMTPA` or `ESMTPSA` (RFC 3848), or one of their UTF8 twins: the client logged in. */
function isSubmission({ protocol = "" }: Hop): boolean {
  return /^(?:E|UTF8)SMTPS?A$/.test(protocol);
}

function addressElsewhere(
  fields: readonly HeaderField[],
  entryIndex: number,
  receiver: Receiver,
): IpAddress | undefined {
  const { results } = trustedResults(fields, receiver);
  // `policy.iprev` is registered for the method iprev (RFC 8601 §2.7.3), `smtp.remote-ip` is custom.
  const reported = results.flatMap(({ properties }) => [
    properties["smtp.remote-ip"],
    properties["policy.iprev"],
  ]);
  const spf = fields.slice(0, entryIndex).filter(({ name }) => name === "received-spf");
  // Received-SPF names it in a key-value pair (RFC 7208 §9.1).
  const clients = spf.map(({ value }) => /\bclient-ip=([0-9a-f:.]{2,45})/i.exec(value)?.[1]);
  for (const text of [...reported, ...clients]) {
    const ip = parseIp(text ?? "");
    if (ip !== undefined) return ip;
  }
  return undefined;
}
