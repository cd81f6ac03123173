import { createHash } from "node:crypto";
import { DAY, MINUTE, SECOND } from "../domain/duration.ts";
import type { OAuth2Credentials } from "../domain/endpoint.ts";
import type { Clock } from "../domain/net.ts";
import type { Secret } from "../domain/secret.ts";
import { requestAccessToken, type Fetch } from "./oauth-request.ts";
import { shareUntilAbandoned, type Shared } from "./shared-work.ts";

/** A token this close to its end is replaced, so that it survives the login it is fetched for. */
const REFRESH_AHEAD_MS = 5 * MINUTE;
/** RFC 6749 §5.1 lets a server leave `expires_in` out. */
const ASSUMED_LIFETIME_MS = 10 * MINUTE;
/** A longer promise is not believed: the provider is asked again after this. */
const MAX_LIFETIME_MS = DAY;
/** One refresh, from DNS to the last byte. */
const REFRESH_TIMEOUT_MS = 20 * SECOND;

/** Access tokens for SMTP and IMAP logins: one store, so that both sides share each of them. */
export interface Tokens {
  /** A token good for a login now, refreshed where it has to be. Throws TokenError, or the signal's reason. */
  accessToken(auth: OAuth2Credentials, signal: AbortSignal): Promise<string>;
  /** When the newest token ends, milliseconds since the epoch; undefined: none was fetched yet. */
  expiresAt(auth: OAuth2Credentials): number | undefined;
}

export interface TokensOptions {
  readonly clock: Clock;
  readonly fetch?: Fetch;
  readonly refreshTimeoutMs?: number;
}

interface Account {
  /** The newest one; a provider may replace it at each refresh (RFC 6749 §6). */
  refreshToken: Secret;
  token: AccessToken | undefined;
  refresh: Shared<AccessToken> | undefined;
}

interface AccessToken {
  readonly secret: Secret;
  readonly expiresAt: number;
  /** On the clock that never jumps. */
  readonly staleFrom: number;
}

export function createTokens(options: TokensOptions): Tokens {
  const { clock, refreshTimeoutMs = REFRESH_TIMEOUT_MS } = options;
  const accounts = new Map<string, Account>();

  return {
    async accessToken(auth, signal) {
      signal.throwIfAborted();
      const account = accountOf(auth);
      const { token } = account;
      if (token !== undefined && clock.monotonic() < token.staleFrom) return token.secret.reveal();
      account.refresh ??= shareUntilAbandoned(
        (shared) => refresh(auth, account, shared),
        () => (account.refresh = undefined),
      );
      return (await account.refresh.join(signal)).secret.reveal();
    },
    expiresAt: (auth) => accounts.get(accountKey(auth))?.token?.expiresAt,
  };

  function accountOf(auth: OAuth2Credentials): Account {
    const key = accountKey(auth);
    const known = accounts.get(key);
    if (known !== undefined) return known;
    const account = { refreshToken: auth.refreshToken, token: undefined, refresh: undefined };
    accounts.set(key, account);
    return account;
  }

  async function refresh(auth: OAuth2Credentials, account: Account, signal: AbortSignal) {
    const answer = await requestAccessToken(
      { ...auth, refreshToken: account.refreshToken },
      AbortSignal.any([signal, AbortSignal.timeout(refreshTimeoutMs)]),
      options.fetch ?? fetch,
    );
    const lifetimeMs = Math.min(answer.lifetimeMs ?? ASSUMED_LIFETIME_MS, MAX_LIFETIME_MS);
    account.refreshToken = answer.refreshToken ?? account.refreshToken;
    account.token = {
      secret: answer.accessToken,
      expiresAt: clock.now() + lifetimeMs,
      staleFrom: clock.monotonic() + lifetimeMs - Math.min(REFRESH_AHEAD_MS, lifetimeMs / 2),
    };
    return account.token;
  }
}

/** Hashed, so that the key of a map is not a secret. */
function accountKey(auth: OAuth2Credentials): string {
  const parts = [auth.tokenUrl, auth.clientId, auth.user, auth.scope, auth.refreshToken.reveal()];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
