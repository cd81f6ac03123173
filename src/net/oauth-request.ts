import * as oauth from "oauth4webapi";
import { SECOND } from "../domain/duration.ts";
import type { OAuth2Credentials } from "../domain/endpoint.ts";
import { Secret } from "../domain/secret.ts";
import { explainRefusal, explainStatus, TokenError } from "./oauth-error.ts";
import { printable } from "./printable.ts";

/** Real answers are 1 to 5 KiB. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Fetch wants a response of these statuses to have no body. */
const BODILESS = [204, 205, 304];

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TokenAnswer {
  readonly accessToken: Secret;
  readonly lifetimeMs: number | undefined;
  /** The one to use from now on, where the provider replaced it. */
  readonly refreshToken: Secret | undefined;
}

/** Exchanges the refresh token for an access token (RFC 6749 §6). Throws TokenError. */
export async function requestAccessToken(
  auth: OAuth2Credentials,
  signal: AbortSignal,
  fetch: Fetch,
): Promise<TokenAnswer> {
  const server = { issuer: auth.tokenUrl, token_endpoint: auth.tokenUrl };
  const client = { client_id: auth.clientId };
  const response = await ask(server, client, auth, signal, fetch);
  try {
    const answer = await oauth.processRefreshTokenResponse(server, client, response);
    return {
      accessToken: new Secret(answer.access_token),
      lifetimeMs: answer.expires_in === undefined ? undefined : answer.expires_in * SECOND,
      refreshToken:
        answer.refresh_token === undefined ? undefined : new Secret(answer.refresh_token),
    };
  } catch (error) {
    // Never handed on as cause: the library's errors carry the answer, tokens and all.
    if (error instanceof oauth.ResponseBodyError) {
      const secrets = [auth.refreshToken.reveal(), auth.clientSecret?.reveal() ?? ""];
      // Checked by nobody, whatever its type says.
      const description: unknown = error.error_description;
      const said = typeof description === "string" ? printable(description, secrets) : "";
      throw explainRefusal(error.status, printable(error.error, secrets), said);
    }
    throw explainStatus(response.status);
  }
}

async function ask(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  auth: OAuth2Credentials,
  signal: AbortSignal,
  fetch: Fetch,
): Promise<Response> {
  const { clientSecret, refreshToken, scope } = auth;
  const authentication =
    clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret.reveal());
  const plainText = isPlainTextAllowed(auth.tokenUrl);
  try {
    return await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      refreshToken.reveal(),
      {
        additionalParameters: scope === undefined ? {} : { scope },
        signal,
        [oauth.allowInsecureRequests]: plainText,
        [oauth.customFetch]: async (url, init) => readLimited(await fetch(url, init)),
      },
    );
  } catch (error) {
    throw unreachable(error, new URL(auth.tokenUrl).host);
  }
}

/** Secrets travel unencrypted to this machine itself at most. */
function isPlainTextAllowed(tokenUrl: string): boolean {
  const url = URL.parse(tokenUrl);
  if (url?.protocol === "https:") return false;
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? "");
  if (url?.protocol === "http:" && isLoopback) return true;
  throw new TokenError("protocol", "tokenUrl must be an https:// address.");
}

async function readLimited(response: Response): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_ANSWER_BYTES) {
      throw new TokenError("protocol", "The token server's answer is too long: check tokenUrl.");
    }
    chunks.push(chunk);
  }
  const body = withoutIdToken(Buffer.concat(chunks).toString());
  return new Response(BODILESS.includes(response.status) ? null : body, {
    status: response.status,
    headers: { "content-type": response.headers.get("content-type") ?? "" },
  });
}

/** We ask for access and not who somebody is; the library would verify what nobody reads. */
function withoutIdToken(body: string): string {
  try {
    return JSON.stringify(
      JSON.parse(body, (key, value: unknown) => (key === "id_token" ? undefined : value)),
    );
  } catch {
    return body; // Not JSON: the library says so, with the HTTP status at hand.
  }
}

function unreachable(error: unknown, host: string): TokenError {
  if (error instanceof TokenError) return error;
  if (error instanceof Error && error.name === "TimeoutError") {
    return new TokenError("timeout", `The token server ${host} did not answer in time.`);
  }
  const code = causeCode(error);
  return new TokenError(
    "unreachable",
    `The token server ${host} cannot be reached${code === undefined ? "" : ` (${code})`}.`,
  );
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED` ...: fetch hides it in the cause. */
function causeCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined;
}
