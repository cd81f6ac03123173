import * as fc from "fast-check";
import { expect, it } from "vitest";
import { CAUSES, replyCause } from "../../src/mail/smtp-reply.ts";

function cause(code: number, enhanced: string | undefined, text: string): string {
  return replyCause({ code, enhanced, text, queueId: undefined });
}

it.each([
  [
    450,
    "4.2.0",
    "<a@b.example>: Recipient address rejected: Greylisted, see http://postgrey",
    "greylisting",
  ],
  [451, "4.7.1", "Greylisting in action, please come back later", "greylisting"],
  [454, "4.7.1", "<a@b.example>: Relay access denied", "relay-denied"],
  [550, "5.7.1", "Unable to relay", "relay-denied"],
  [530, "5.7.0", "Authentication required", "login"],
  [553, "5.7.1", "<a@b.example>: Sender address rejected: not owned by user x", "login"],
  [535, undefined, "nope", "login"],
  [530, "5.7.0", "Must issue a STARTTLS command first", "tls-required"],
  [421, "4.7.29", "Your message was not sent using TLS", "tls-required"],
  [
    550,
    "5.7.26",
    "Unauthenticated email from b.example is not accepted due to domain's policy",
    "authentication",
  ],
  [
    550,
    "5.7.515",
    "Access denied, sending domain b.example does not meet the level",
    "authentication",
  ],
  [550, "5.7.1", "SPF check failed", "authentication"],
  [550, "5.7.25", "The IP address sending this message does not have a PTR record", "dns"],
  [421, "4.7.23", "The sending IP address doesn't match a PTR record", "dns"],
  [450, "4.1.8", "<a@b.example>: Sender address rejected: Domain not found", "dns"],
  [450, "4.7.25", "Client host rejected: cannot find your hostname, [192.0.2.7]", "dns"],
  [421, "4.7.28", "unusual rate of unsolicited mail originating from your IP", "rate-limit"],
  [421, undefined, "[TSS04] Messages temporarily deferred due to unexpected volume", "rate-limit"],
  [451, "4.7.650", "The mail server has been temporarily rate limited (S775)", "rate-limit"],
  [550, "5.7.1", "messages from [192.0.2.7] weren't sent ... block list (S3140)", "blocklist"],
  [550, "5.7.606", "Access denied, banned sending IP [192.0.2.7]", "blocklist"],
  [553, undefined, "[BL21] Connections will not be accepted", "blocklist"],
  [554, "5.7.1", "[CS01] Message rejected due to local policy", "blocklist"],
  [
    554,
    undefined,
    "IP=192.0.2.7 - A problem occurred. (Ask your postmaster for help) (BL)",
    "blocklist",
  ],
  [
    554,
    "5.7.1",
    "Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
    "blocklist",
  ],
  [550, undefined, "multi.uribl.com; 127.0.0.1 -> Query Refused", "other"],
  [552, "5.2.2", "The email account that you tried to reach is over quota", "mailbox-full"],
  [452, "4.3.1", "Insufficient system storage", "mailbox-full"],
  [
    550,
    "5.1.1",
    "<x@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "no-such-user",
  ],
  [550, "5.1.1", "The email account that you tried to reach does not exist", "no-such-user"],
  [552, "5.3.4", "Message size exceeds fixed limit", "too-large"],
  [554, "5.4.6", "Too many hops", "loop"],
  [554, "5.7.1", "Spam message rejected", "content"],
  [550, "5.7.1", "Message rejected by administrative policy", "policy"],
  [451, "4.3.0", "Error: queue file write error", "unavailable"],
  [550, undefined, "no", "policy"],
  [555, undefined, "what?", "other"],
])("%i %s %s is about %s", (code, enhanced, text, expected) => {
  expect(cause(code, enhanced, text)).toBe(expected);
});

it("always answers a word of the catalogue", () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.string({ maxLength: 500 }), (code, text) => {
      expect(CAUSES).toContain(cause(code, undefined, text));
    }),
  );
});
