import type { Endpoint } from "../../src/domain/endpoint.ts";
import type { SubmissionAnswer } from "../../src/domain/net.ts";
import type { Route } from "../../src/domain/route.ts";
import { createClock } from "../../src/net/clock.ts";
import { createTokens, type Tokens } from "../../src/net/oauth.ts";
import { createSubmission, type SubmissionLimits } from "../../src/net/smtp.ts";

export const CONTENT = "Subject: Lunch\r\n\r\nSoup today.\r\n";

interface Circumstances {
  readonly limits?: Partial<SubmissionLimits>;
  readonly signal?: AbortSignal;
  /** Where access tokens come from; undefined really asks. */
  readonly accessToken?: Tokens["accessToken"];
}

/** Submits one message to a server of the test's own. */
export function submitTo(
  server: Partial<Endpoint> & { readonly port: number },
  { limits = {}, signal = new AbortController().signal, accessToken }: Circumstances = {},
): Promise<SubmissionAnswer> {
  const clock = createClock();
  const real = createTokens({ clock });
  const tokens = accessToken === undefined ? real : { ...real, accessToken };
  const submission = createSubmission({ clock, tokens, limits });
  const mail = {
    envelopeFrom: "canary@example.org",
    recipient: "seed@example.net",
    message: CONTENT,
  };
  return submission.submit(routeTo(server), mail, signal);
}

function routeTo({
  host = "127.0.0.1",
  port,
  tls = "none",
  servername,
  ca,
  auth,
}: Partial<Endpoint> & { port: number }): Route {
  return {
    name: "main",
    smtp: { host, port, tls, servername, ca, auth },
    helo: "canary.example.org",
    from: { name: undefined, address: "canary@example.org" },
    envelopeFrom: "canary@example.org",
    bounceAddress: undefined,
    dkim: [],
    schedule: undefined,
    warmUp: undefined,
  };
}
