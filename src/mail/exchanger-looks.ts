import type { Tls, TlsLook } from "../domain/tls.ts";
import type { MailHost } from "./mail-exchangers.ts";

/** Where mail from other servers comes in (RFC 5321 §4.5.4.2). */
export const SMTP_PORT = 25;

/** The TLS that one address of a mail server shows to senders. */
export interface ExchangerLook {
  readonly host: string;
  readonly address: string;
  readonly look: TlsLook;
}

/** Looks at every address of the hosts as a sender does; a look that was had lately is given again. */
export function lookAtExchangers(
  hosts: readonly MailHost[],
  tls: Tls,
  signal: AbortSignal,
): Promise<readonly ExchangerLook[]> {
  const each = hosts.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host, address })),
  );
  return Promise.all(
    each.map(async ({ host, address }) => {
      const how = { port: SMTP_PORT, tls: "starttls", protocol: "smtp", ca: undefined } as const;
      return { host, address, look: await tls.look({ ...how, address, servername: host }, signal) };
    }),
  );
}
