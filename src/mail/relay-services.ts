import { isWithin } from "./organisation.ts";

/**
 * Domains of the machines that send for customers of mail services, providers and filters, as they
 * call themselves in HELO and reverse names. Others are told by not being the operator's.
 */
const RELAY_SERVICES: readonly string[] = [
  // Sending services.
  "amazonses.com",
  "brevo.com",
  "elasticemail.com",
  "email-od.com",
  "mailchannels.net",
  "mailersend.net",
  "mailgun.net",
  "mailgun.org",
  "mailin.fr",
  "mailjet.com",
  "mandrillapp.com",
  "mcdlv.net",
  "mcsv.net",
  "mtasv.net",
  "rsgsv.net",
  "sendgrid.net",
  "sendinblue.com",
  "smtp2go.com",
  "smtpcorp.com",
  "sparkpostmail.com",
  "turbo-smtp.com",
  // Mailbox providers.
  "google.com",
  "icloud.com",
  "mailbox.org",
  "messagingengine.com",
  "migadu.com",
  "mout.gmx.net",
  "mout.web.de",
  "outlook.com",
  "posteo.de",
  "protonmail.ch",
  "yahoo.com",
  "zoho.com",
  "zoho.eu",
  // Providers that let machines too: only what their mail servers are called.
  "mail-out.ovh.net",
  "mail.gandi.net",
  "mail.infomaniak.ch",
  "mail.yandex.net",
  "mailout.telekom.de",
  "mailspamprotection.com",
  "mout.kundenserver.de",
  "smtp.rzone.de",
  "t-online.de",
  // Filters that mail leaves through.
  "antispamcloud.com",
  "ess.barracudanetworks.com",
  "hornetsecurity.com",
  "iphmx.com",
  "messagelabs.com",
  "mimecast.co.za",
  "mimecast.com",
  "ppe-hosted.com",
  "pphosted.com",
  "spamexperts.com",
];

/** The domain of the relay service whose machine has the name; undefined: none that we know. */
export function relayService(name: string): string | undefined {
  return RELAY_SERVICES.find((domain) => isWithin(name, domain));
}
