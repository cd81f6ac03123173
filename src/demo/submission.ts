import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { callbackify } from "node:util";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { TlsIdentity } from "./certificate.ts";
import type { Letter } from "./delivery.ts";
import { OPERATOR } from "./providers.ts";
import { submissionStamp } from "./stamps.ts";

/** The operator's own server: RFC 6409, with a password. */
export interface SubmissionServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

export interface SubmissionRules {
  readonly user: string;
  readonly password: string;
  readonly tls: TlsIdentity;
  /** What it says to a recipient; undefined: welcome. */
  objection(recipient: string): { readonly code: number; readonly text: string } | undefined;
  /** Signs a message. */
  sign(raw: string): Promise<string>;
  /** Takes it on to the recipient's provider. */
  relay(recipient: string, letter: Letter): void;
}

const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_CLIENTS = 50;
const SOCKET_TIMEOUT_MS = 60_000;

export async function startSubmission(rules: SubmissionRules): Promise<SubmissionServer> {
  const server = new SMTPServer({
    name: OPERATOR.mailHost,
    banner: "ESMTP Postfix",
    size: MAX_MESSAGE_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    closeTimeout: 0,
    disableReverseLookup: true,
    secure: true,
    ...rules.tls,
    hideENHANCEDSTATUSCODES: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const welcome = username === rules.user && password === rules.password;
      if (welcome) done(null, { user: username });
      else done(smtpError(535, "5.7.8 Error: authentication failed"));
    },
    onRcptTo({ address }, _session, done) {
      const objection = rules.objection(address);
      if (objection === undefined) done();
      else done(smtpError(objection.code, objection.text));
    },
    onData(stream, session, done) {
      callbackify(async () => takeData(rules, stream, session))(done);
    },
  });
  const host = "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  // What a client does to its connection is no concern of the world.
  server.removeAllListeners("error").on("error", () => undefined);
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new TypeError("not a TCP server");
  return {
    host,
    port: address.port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The text of the positive answer; throws what the client is to be told otherwise. */
async function takeData(
  rules: SubmissionRules,
  stream: SMTPServerDataStream,
  { envelope, hostNameAppearsAs }: SMTPServerSession,
): Promise<string> {
  const raw = (await buffer(stream)).toString("latin1");
  if (stream.sizeExceeded) throw smtpError(552, "5.3.4 Message size exceeds fixed limit");
  const queueId = randomBytes(5).toString("hex").toUpperCase();
  const envelopeFrom = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
  const signed = await rules.sign(raw);
  for (const { address } of envelope.rcptTo) {
    const stamp = submissionStamp(hostNameAppearsAs, address, queueId, Date.now());
    rules.relay(address, { envelopeFrom, raw: stamp + signed });
  }
  return `2.0.0 Ok: queued as ${queueId}`;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
