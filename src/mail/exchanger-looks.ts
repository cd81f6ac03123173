import type { Tls, TlsLook } from "../domain/tls.ts";
import type { MailHost } from "./mail-exchangers.ts";
import { withinReach } from "./within-reach.ts";

/** Where mail from other servers comes in (RFC 5321 §4.5.4.2). */
export const SMTP_PORT = 25;

/** The TLS that one address of a mail server shows to senders. */
export interface ExchangerLook {
  readonly host: string;
  readonly address: string;
  readonly look: TlsLook;
}

/**
 * Looks at every address of the hosts that is within reach, as a sender does; a look that was had
 * lately is given again.
 */
export async function lookAtExchangers(
  hosts: readonly MailHost[],
  tls: Tls,
  signal: AbortSignal,
): Promise<readonly ExchangerLook[]> {
  const looks = await Promise.all(hosts.map((host) => lookAtHost(host, tls, signal)));
  return looks.flat();
}

async function lookAtHost(
  { host, addresses }: MailHost,
  tls: Tls,
  signal: AbortSignal,
): Promise<readonly ExchangerLook[]> {
  const how = { port: SMTP_PORT, tls: "starttls", protocol: "smtp", ca: undefined } as const;
  const looks = await Promise.all(
    addresses.map(async (address) => ({
      host,
      address,
      look: await tls.look({ ...how, address, servername: host }, signal),
    })),
  );
  return withinReach(looks, ({ look }) => look);
}
