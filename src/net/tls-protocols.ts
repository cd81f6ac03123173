import type { MailProtocol } from "../domain/endpoint.ts";
import type { StartTls } from "./tls-starttls.ts";
import { IMAP } from "./tls-starttls-imap.ts";
import { POP3 } from "./tls-starttls-pop3.ts";
import { SMTP } from "./tls-starttls-smtp.ts";

/** How each protocol comes to TLS on a connection that begins in the clear. */
export const START_TLS: Readonly<Record<MailProtocol, StartTls>> = {
  smtp: SMTP,
  submission: SMTP,
  imap: IMAP,
  pop3: POP3,
};
