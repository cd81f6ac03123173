import type { Config } from "../domain/config.ts";
import type { Log } from "../domain/log.ts";
import type { Net } from "../domain/net.ts";
import { createClock } from "./clock.ts";
import { createSignatures } from "./dkim.ts";
import { createDns } from "./dns-client.ts";
import { createResolver } from "./dns.ts";
import { createHostPlaces } from "./host-places.ts";
import { createHttps } from "./https.ts";
import { createMailboxes } from "./imap.ts";
import { createTokens } from "./oauth.ts";
import { createSmtpFaces } from "./smtp-face.ts";
import { createSubmission } from "./smtp.ts";
import { createTls } from "./tls.ts";

/** The real world; `version` is told to servers that ask for it. Opens nothing until it is asked to. */
export function createNet(config: Config, log: Log, version: string): Omit<Net, "seen"> {
  const clock = createClock();
  const tokens = createTokens({ clock });
  const dns = createDns({ servers: config.dns.resolvers, clock });
  const places = createHostPlaces();
  return {
    clock,
    submission: createSubmission({ clock, tokens }),
    mailboxes: createMailboxes({ clock, tokens, log, version }),
    dns,
    tls: createTls({ clock, places }),
    https: createHttps({ dns }),
    smtpFaces: createSmtpFaces({ clock, places }),
    signatures: createSignatures(createResolver(dns)),
  };
}
