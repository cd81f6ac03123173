import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { Endpoint } from "../domain/endpoint.ts";
import type { OutgoingMail, SubmissionStage } from "../domain/net.ts";
import { SMTPConnection } from "./mail-packages.ts";
import type { Progress } from "./smtp-answer.ts";
import { troubleOf } from "./smtp-error.ts";
import type { Login } from "./smtp-login.ts";
import { tlsOptions } from "./tls-options.ts";

/** A server may say this much in one reply, and in a whole session. Real ones need 2 KiB. */
const MAX_REPLY_BYTES = 64 * 1024;
const MAX_SESSION_BYTES = 256 * 1024;
/** Nodemailer queues blank lines without end; bytes are counted this often to cut it short. */
const COUNT_EVERY_MS = 50;

export interface SessionLimits {
  /** From connection to greeting, and again for EHLO and STARTTLS. */
  readonly greetingMs: number;
  /** Without a single byte from the server. */
  readonly silenceMs: number;
  /** Waiting for the answer to QUIT. */
  readonly farewellMs: number;
}

export interface SessionOptions {
  readonly endpoint: Endpoint;
  readonly helo: string | undefined;
  readonly login: Login | undefined;
  readonly limits: SessionLimits;
}

/**
 * One SMTP session (RFC 5321 §3) on an open socket. Every call rejects with SmtpTrouble, or with
 * the signal's reason once that aborts; both destroy the socket.
 */
export interface SmtpSession extends AsyncDisposable {
  /** Greeting, EHLO, and STARTTLS where it is configured. */
  greet(): Promise<void>;
  logIn(login: Login): Promise<void>;
  /** Resolves with the reply after the final dot. */
  send(mail: OutgoingMail): Promise<string>;
}

export function startSession(
  socket: Socket,
  options: SessionOptions,
  progress: Progress,
  signal: AbortSignal,
): SmtpSession {
  const connection = new SMTPConnection(connectionOptions(socket, options));
  const end = Promise.withResolvers<never>();
  const trouble = (error: unknown) => troubleOf(error, progress.stage, connection, options);
  const fail = (error: unknown) => end.reject(trouble(error));
  const onAbort = () => end.reject(signal.reason);
  const meter = setInterval(() => {
    if (socket.bytesRead > MAX_SESSION_BYTES) fail(new Error("The server talks without end"));
  }, COUNT_EVERY_MS);

  connection.on("error", fail);
  connection.on("end", () => fail(new Error("The connection was closed")));
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  end.promise.catch(destroy);

  return {
    greet: () => step("connect", (done) => connection.connect(done)),
    logIn: (login) =>
      step("login", (done) => connection.login({ ...login.auth }, (error) => done(error))),
    async send(mail) {
      const envelope = { from: mail.envelopeFrom, to: [mail.recipient] };
      const content = contentOf(mail, () => {
        progress.stage = "data";
        progress.contentBegun = true;
      });
      const info = await step<{ response: string } | undefined>("sender", (done) =>
        connection.send(envelope, content, done),
      );
      return info?.response ?? "";
    },
    async [Symbol.asyncDispose]() {
      if (!socket.destroyed) await farewell();
      signal.removeEventListener("abort", onAbort);
      destroy();
    },
  };

  /** One exchange, cut short by whatever ends the session. */
  function step<T>(
    next: SubmissionStage,
    begin: (done: (error?: Error | null, result?: T) => void) => void,
  ): Promise<T | undefined> {
    progress.stage = next;
    const exchange = new Promise<T | undefined>((resolve, reject) => {
      begin((error, result) => {
        if (error) reject(trouble(error));
        else resolve(result);
      });
    });
    return Promise.race([exchange, end.promise]);
  }

  /** RFC 5321 §4.1.1.10: QUIT, and wait for the answer, though not for long. */
  async function farewell(): Promise<void> {
    const timer = setTimeout(destroy, options.limits.farewellMs);
    connection.quit();
    await end.promise.catch(() => undefined);
    clearTimeout(timer);
  }

  function destroy(): void {
    clearInterval(meter);
    connection.close();
    socket.destroy();
  }
}

function connectionOptions(socket: Socket, options: SessionOptions): SMTPConnectionOptions {
  const { endpoint, helo, login, limits } = options;
  const isImplicit = endpoint.tls === "implicit";
  return {
    connection: socket,
    secure: isImplicit,
    secured: isImplicit,
    requireTLS: endpoint.tls === "starttls",
    ignoreTLS: endpoint.tls === "none",
    host: endpoint.host,
    port: endpoint.port,
    tls: tlsOptions(endpoint),
    name: helo,
    logger: false,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.silenceMs,
    socketCloseTimeout: 0,
    maxResponseSize: MAX_REPLY_BYTES,
    customAuth: login?.customAuth,
  };
}

/** The content as a stream, because its first read is the moment after which mail may have gone. */
function contentOf(mail: OutgoingMail, onContent: () => void): Readable {
  return new Readable({
    read() {
      onContent();
      this.push(mail.message);
      this.push(null);
    },
  });
}
