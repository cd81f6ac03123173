import type {
  SMTPConnectionAuth,
  SMTPConnectionCustomAuthContext,
  SMTPConnectionOptions,
} from "nodemailer/lib/smtp-connection";
import type { OAuth2Credentials, PasswordCredentials } from "../domain/endpoint.ts";

/** A login ready to be sent, and every form in which its secret goes over the wire. */
export interface Login {
  readonly auth: SMTPConnectionAuth;
  readonly customAuth: NonNullable<SMTPConnectionOptions["customAuth"]>;
  readonly secrets: readonly string[];
}

/** PLAIN (RFC 4616) or LOGIN, as configured or as the server offers. */
export function prepareLogin(auth: PasswordCredentials): Login {
  const password = auth.password.reveal();
  const plain = base64(`\0${auth.user}\0${password}`);
  return {
    auth: {
      user: auth.user,
      pass: password,
      ...(auth.method === undefined ? {} : { method: auth.method.toUpperCase() }),
    },
    customAuth: {},
    secrets: [plain, base64(password), password],
  };
}

/**
 * XOAUTH2 by hand: nodemailer's own answers a refusal with a refresh of its own and forgets what
 * the server said. It goes by another name because XOAUTH2 is reserved for that one.
 */
export function prepareBearerLogin({ user }: OAuth2Credentials, accessToken: string): Login {
  const response = base64(`user=${user}\u0001auth=Bearer ${accessToken}\u0001\u0001`);
  return {
    auth: { user, method: "BEARER" },
    customAuth: { BEARER: (context) => authenticate(context, response) },
    secrets: [response, accessToken],
  };
}

async function authenticate(server: SMTPConnectionCustomAuthContext, response: string) {
  let reply = await server.sendCommand(`AUTH XOAUTH2 ${response}`);
  // The refusal comes in two parts: a challenge that tells why, and, once that is answered, the code.
  if (reply.response.startsWith("334")) reply = await server.sendCommand("");
  if (!reply.response.startsWith("2")) throw new Error("Invalid login");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
