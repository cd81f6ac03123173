import { type Endpoint, serverName } from "../domain/endpoint.ts";
import type { SubmissionStage } from "../domain/net.ts";
import { printable } from "./printable.ts";
import { noStartTls, tlsAdvice } from "./smtp-advice.ts";
import type { Login } from "./smtp-login.ts";
import { SmtpTrouble } from "./smtp-trouble.ts";

/** What nodemailer puts on its errors. */
interface NodemailerError extends Error {
  readonly code?: string;
  /** The system's or OpenSSL's code, where nodemailer has put its own over it. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
}

const STAGES: Readonly<Record<string, SubmissionStage>> = {
  STARTTLS: "tls",
  "MAIL FROM": "sender",
  "RCPT TO": "recipient",
  DATA: "data",
};

interface Circumstances {
  readonly endpoint: Endpoint;
  readonly login: Login | undefined;
}

/** Translates an error of nodemailer; `during` is the step it came in. */
export function troubleOf(
  error: unknown,
  during: SubmissionStage,
  connection: { readonly upgrading?: boolean | undefined },
  { endpoint, login }: Circumstances,
): SmtpTrouble {
  const failure: NodemailerError = error instanceof Error ? error : new Error(String(error));
  const { code, command = "", response } = failure;
  if (connection.upgrading === true) {
    const cause = code === "ETIMEDOUT" ? code : (failure.originalCode ?? "ECONNRESET");
    return new SmtpTrouble("tls", tlsAdvice(endpoint, cause, failure.message));
  }
  if (command === "STARTTLS") return new SmtpTrouble("tls", noStartTls(endpoint), { response });
  const stage = STAGES[command] ?? during;
  const isVerdict = code === "EMESSAGE" && command === "DATA";
  return new SmtpTrouble(stage, reasonOf(failure, endpoint, login), { response, isVerdict });
}

function reasonOf(failure: NodemailerError, endpoint: Endpoint, login: Login | undefined): string {
  const server = serverName(endpoint);
  switch (failure.code ?? "") {
    case "ETIMEDOUT":
      return `${server} did not answer in time.`;
    case "ECONNECTION":
    case "ESOCKET":
      return `${server} closed the connection (${failure.originalCode ?? "without a word"}).`;
    default:
      return `${server}: ${printable(failure.message, login?.secrets)}`;
  }
}
