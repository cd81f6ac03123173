import type { AuthOptions } from "imapflow";
import type { Credentials, OAuth2Credentials } from "../domain/endpoint.ts";
import type { Log } from "../domain/log.ts";
import { MailboxError, type Clock, type Mailboxes } from "../domain/net.ts";
import { connect } from "./imap-connection.ts";
import { IMAP_LIMITS, type ImapLimits } from "./imap-limits.ts";
import { createSession } from "./imap-session.ts";
import { TokenError } from "./oauth-error.ts";
import type { Tokens } from "./oauth.ts";

export interface MailboxesOptions {
  readonly clock: Clock;
  readonly tokens: Tokens;
  /** Told to servers in ID (RFC 2971). */
  readonly version?: string;
  readonly log?: Log;
  readonly limits?: Partial<ImapLimits>;
}

/**
 * Seed mailboxes over IMAP. The signal of `open` rules the whole session: when it aborts, the
 * connection is cut and every call rejects.
 */
export function createMailboxes({
  clock,
  tokens,
  version,
  log,
  ...rest
}: MailboxesOptions): Mailboxes {
  const limits = { ...IMAP_LIMITS, ...rest.limits };
  return {
    async open(seed, signal) {
      const endpoint = seed.imap;
      const { auth } = endpoint;
      if (auth === undefined) {
        throw new MailboxError(
          "login",
          `Seed ${seed.name} has no IMAP credentials: add imap.auth.`,
        );
      }
      const login = await loginOptions(auth, tokens, signal);
      const startedAt = clock.monotonic();
      const secrets = secretsOf(login);
      const connection = await connect({ endpoint, auth, secrets, login, version, limits, signal });
      const durationMs = clock.monotonic() - startedAt;
      log?.debug({ seed: seed.name, durationMs }, "imap session opened");
      return createSession(connection, clock, limits, durationMs);
    },
    tokenExpiresAt: (auth) => (auth.kind === "oauth2" ? tokens.expiresAt(auth) : undefined),
  };
}

async function loginOptions(
  auth: Credentials,
  tokens: Tokens,
  signal: AbortSignal,
): Promise<AuthOptions> {
  if (auth.kind === "oauth2") {
    return { user: auth.user, accessToken: await accessToken(auth, tokens, signal) };
  }
  const pass = auth.password.reveal();
  if (auth.method === undefined) return { user: auth.user, pass };
  return { user: auth.user, pass, loginMethod: `AUTH=${auth.method.toUpperCase()}` };
}

async function accessToken(
  auth: OAuth2Credentials,
  tokens: Tokens,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await tokens.accessToken(auth, signal);
  } catch (error) {
    if (signal.aborted) throw new MailboxError("aborted", "The login was aborted.");
    if (error instanceof TokenError) throw new MailboxError(error.reason, error.message);
    throw error;
  }
}

/** Everything in a login that a server could repeat to us in an error, the longest first. */
function secretsOf({ user, pass = "", accessToken = "" }: AuthOptions): readonly string[] {
  const plain = [pass, accessToken].filter((secret) => secret !== "");
  const sasl = [
    `\0${user}\0${pass}`,
    `user=${user}\u0001auth=Bearer ${accessToken}\u0001\u0001`,
    ...plain,
  ];
  const encoded = sasl.map((text) => Buffer.from(text).toString("base64"));
  return [...plain, ...encoded].toSorted((a, b) => b.length - a.length);
}
