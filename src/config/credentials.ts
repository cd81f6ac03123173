import { z } from "zod";
import type { Credentials } from "../domain/endpoint.ts";
import { secretKeys, type Surroundings, theSecret } from "./secrets.ts";
import { freeText, oneOf, section, textValue } from "./values.ts";

/** A login whose user may still have to be found out: at a known provider it is the address. */
export interface Login {
  readonly user: string | undefined;
  as(user: string): Credentials;
}

/** The `auth` section: a user, and either a password or an OAuth2 refresh token. */
export function authSection(around: Surroundings) {
  return section("a login (user, password or oauth2)", {
    user: freeText("a user name")
      .optional()
      .describe("User name. A seed may leave it out: its address."),
    ...secretKeys("password", "The password, or app password.", around),
    method: oneOf("login method", ["plain", "login"])
      .optional()
      .describe("SASL mechanism; left out, the better one that the server offers."),
    oauth2: oauth2Section(around)
      .optional()
      .describe("OAuth2 instead of a password (XOAUTH2 with a refresh token)."),
  }).transform((auth, context): Login => {
    const { user, method, oauth2 } = auth;
    const need = oauth2 === undefined ? "required" : "optional";
    const password = theSecret("password", auth, context, need);
    if (oauth2 !== undefined) {
      const extra = password === undefined ? method && "method" : "a password";
      if (extra !== undefined) {
        const message = `oauth2 and ${extra} are given, expected one of them`;
        context.addIssue({ code: "custom", message });
      }
      return { user, as: (user) => ({ ...oauth2, user }) };
    }
    if (password === undefined) return z.NEVER;
    return { user, as: (user) => ({ kind: "password", user, password, method }) };
  });
}

function oauth2Section(around: Surroundings) {
  return section("token_url, client_id and refresh_token", {
    token_url: tokenUrl().describe("Where the refresh token is exchanged for access tokens."),
    client_id: freeText("the client id of your OAuth2 app").describe("The id of your OAuth2 app."),
    ...secretKeys("client_secret", "The secret of your OAuth2 app, where it has one.", around),
    ...secretKeys("refresh_token", "The refresh token that you obtained for the mailbox.", around),
    scope: freeText("scopes separated by blanks", 2000)
      .optional()
      .describe("Asked for at each refresh, where the provider wants it."),
  }).transform((oauth2, context) => {
    const clientSecret = theSecret("client_secret", oauth2, context, "optional");
    const refreshToken = theSecret("refresh_token", oauth2, context, "required");
    if (refreshToken === undefined) return z.NEVER;
    return {
      kind: "oauth2" as const,
      tokenUrl: oauth2.token_url,
      clientId: oauth2.client_id,
      clientSecret,
      refreshToken,
      scope: oauth2.scope,
    };
  });
}

function tokenUrl() {
  return textValue("a URL to get tokens from", "https://... without a login", (text) => {
    const url = URL.parse(text);
    if (url === null || url.username !== "" || url.password !== "") return undefined;
    const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    // RFC 6749 §3.2: TLS is a must. On loopback nothing leaves the machine.
    const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback);
    return isSafe ? url.href : undefined;
  });
}
