import type { MailboxErrorReason } from "../domain/net.ts";

/** No access token could be had. `message` tells the operator what to do and holds no secret. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  /** `login`: the provider said no, and will until somebody changes something. */
  readonly reason: TokenErrorReason;

  constructor(reason: TokenErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export type TokenErrorReason = Extract<
  MailboxErrorReason,
  "login" | "unreachable" | "timeout" | "protocol"
>;

/** What to do about each error code of RFC 6749 §5.2. */
const ADVICE: Readonly<Record<string, string>> = {
  invalid_grant:
    "The refresh token is not valid any more: authorise Mailcanary again and put the new token " +
    "into the config file. Google ends refresh tokens after 7 days while the app's publishing " +
    "status is 'Testing' (set it to 'In production'), and any provider may end them when the " +
    "password changes or after months without use.",
  invalid_client:
    "The provider does not know this client: check clientId and clientSecret. Microsoft's client " +
    "secrets have an end date.",
  unauthorized_client:
    "The provider does not let this client use refresh tokens: check clientId, and that the " +
    "refresh token was made with it.",
  invalid_scope:
    "The provider refuses the scope: leave it out, or ask for what the refresh token was made for.",
  unsupported_grant_type: "This is not a token endpoint for refresh tokens: check tokenUrl.",
  invalid_request: "The provider does not understand the request: check tokenUrl and scope.",
};

/** Makes the token server's refusal into what the operator needs to know. */
export function explainRefusal(status: number, code: string, description: string): TokenError {
  const said = description === "" ? code : `${code}: ${description}`;
  const advice = ADVICE[code];
  if (advice !== undefined) {
    return new TokenError("login", `The token server says ${said}. ${advice}`);
  }
  return explainStatus(status, ` (${said})`);
}

/** The same where the answer told nothing but its HTTP status. */
export function explainStatus(status: number, said = ""): TokenError {
  const answered = `The token server answered HTTP ${status}${said}.`;
  if (status === 429 || status >= 500) {
    return new TokenError("unreachable", `${answered} It has trouble of its own: try later.`);
  }
  if (status === 401 || status === 403) {
    return new TokenError("login", `${answered} Check clientId, clientSecret and refreshToken.`);
  }
  if (status === 200) {
    return new TokenError("protocol", "The token server's answer holds no usable access token.");
  }
  return new TokenError("protocol", `${answered} Check tokenUrl.`);
}
