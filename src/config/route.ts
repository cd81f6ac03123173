import type { Route } from "../domain/route.ts";
import { readAddress, readDomain, readHost, readNamedAddress } from "./address.ts";
import { smtpSection } from "./endpoint.ts";
import { scheduleSection } from "./schedule.ts";
import type { Surroundings } from "./secrets.ts";
import { label, list, section, textValue } from "./values.ts";
import { warmUpSection } from "./warm-up.ts";

const MAX_SIGNATURES = 20;
/** The envelope sender becomes `local+token@domain`; 33 of the 64 octets are for the token. */
const MAX_BOUNCE_LOCAL_PART = 31;

/** An entry of `routes`: a way your mail leaves. */
export function routeSection(around: Surroundings) {
  return section("a route (name, smtp, from)", {
    name: label("route").describe("Your word for it; appears in metrics."),
    smtp: smtpSection(around).describe("The server that takes the canaries."),
    from: textValue("a sender", "Name <address> or an address", readNamedAddress).describe(
      "The From of the canaries: an address that you really send mail with.",
    ),
    envelope_from: address()
      .optional()
      .describe("The envelope sender, whose domain SPF is checked for; left out, that of from."),
    bounce_address: textValue("an address for bounces", bounceExpected(), readBounceAddress)
      .optional()
      .describe("Makes the envelope sender unique per canary: local+token@domain."),
    helo: textValue(
      "a host name or IP address",
      "the name for EHLO, such as mail.example.org",
      readHost,
    )
      .optional()
      .describe("The name given in EHLO; left out, the machine's own."),
    dkim: list("DKIM signatures (domain, selector)", signatureSection(), {
      min: 0,
      max: MAX_SIGNATURES,
    })
      .prefault([])
      .describe("The signatures that your server adds."),
    schedule: scheduleSection().optional().describe("For the canaries on this route."),
    warm_up: warmUpSection()
      .optional()
      .describe("For a new domain or address: how bad its beginning may be."),
  }).transform((route): Route => ({
    name: route.name,
    smtp: route.smtp,
    helo: route.helo,
    from: route.from,
    envelopeFrom: route.envelope_from ?? route.from.address,
    bounceAddress: route.bounce_address,
    dkim: route.dkim,
    schedule: route.schedule,
    warmUp: route.warm_up,
  }));
}

/** An e-mail address. */
export function address() {
  return textValue("an address", "an address such as canary@example.org", readAddress);
}

function signatureSection() {
  return section("a DKIM signature (domain, selector)", {
    domain: textValue("a domain", "the d= of the signature", readDomain).describe(
      "The domain that signs (d=).",
    ),
    selector: textValue("a selector", "the s= of the signature", readDomain).describe(
      "The selector of its key (s=).",
    ),
  });
}

function bounceExpected(): string {
  return `one with at most ${MAX_BOUNCE_LOCAL_PART} characters before the @`;
}

function readBounceAddress(text: string): string | undefined {
  const address = readAddress(text);
  const local = address?.slice(0, address.lastIndexOf("@")) ?? "";
  return local.length > MAX_BOUNCE_LOCAL_PART ? undefined : address;
}
