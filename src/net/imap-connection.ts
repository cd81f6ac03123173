import type { AuthOptions, ImapFlow as Client } from "imapflow";
import { MailboxError } from "../domain/net.ts";
import { explain, explainClose, type Circumstances } from "./imap-error.ts";
import {
  MAX_LINE_BYTES,
  MAX_READ_BYTES,
  MAX_RESPONSE_TOKENS,
  type ImapLimits,
} from "./imap-limits.ts";
import { createMeter } from "./imap-meter.ts";
import { createTransport } from "./imap-transport.ts";
import { ImapFlow } from "./mail-packages.ts";

/** A marker line, and the one byte more that a read asks for to know whether it has it all. */
const RESPONSE_OVERHEAD_BYTES = 64 * 1024;

/** An imapflow client in a cage: whatever happens ends in a MailboxError, in bounded time. */
export interface Connection extends AsyncDisposable {
  readonly client: Client;
  /** Runs one command, or a few, within the time and bytes of one. Throws MailboxError. */
  readonly run: <T>(task: (client: Client) => Promise<T>, budget?: Budget) => Promise<T>;
  /** How many calls of `run` there were. */
  commands(): number;
  /** Why the connection is gone; undefined while it lives. */
  failure(): MailboxError | undefined;
  /** Tells once when the connection is gone. */
  onEnd(listener: () => void): void;
}

interface Budget {
  readonly ms?: number;
  /** Received bytes besides `limits.callBytes`. */
  readonly bytes?: number;
}

export interface ConnectionOptions extends Circumstances {
  readonly login: AuthOptions;
  readonly version: string | undefined;
  readonly limits: ImapLimits;
  /** Cuts the connection, at any time of its life. */
  readonly signal: AbortSignal;
}

/** Connects and logs in. Throws MailboxError. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const connection = prepare(options);
  await connection.run((client) => client.connect(), { ms: options.limits.loginMs });
  return connection;
}

function prepare(options: ConnectionOptions): Connection {
  const { endpoint, limits, signal } = options;
  const server = `${endpoint.host}:${endpoint.port}`;
  const running = new Set<(reason: MailboxError) => void>();
  const endListeners = new Set<() => void>();
  let failed: MailboxError | undefined;
  let commands = 0;
  let farewell: MailboxError | undefined;

  const meter = createMeter(limits.sessionBytes, () =>
    end(new MailboxError("too-large", `${server} sent more than was asked for; we hung up.`)),
  );
  const client = new ImapFlow({
    ...clientOptions(options),
    transport: createTransport(endpoint, (bytes) => meter.count(bytes)),
  });
  client.on("error", (error) => end(explain(error, options)));
  client.on("close", () => end(farewell ?? explainClose(client.byeReason, options)));

  const onAbort = () => end(new MailboxError("aborted", `The session with ${server} was aborted.`));
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();

  return {
    client,
    run,
    commands: () => commands,
    failure,
    onEnd: (listener) => endListeners.add(listener),
    [Symbol.asyncDispose]: dispose,
  };

  function failure(): MailboxError | undefined {
    return failed;
  }

  function end(reason: MailboxError): void {
    if (failed !== undefined) return;
    failed = reason;
    signal.removeEventListener("abort", onAbort);
    // Not at once: an error that imapflow's parser is about to emit would then find no listener.
    setImmediate(() => client.close());
    for (const reject of running) reject(reason);
    for (const listener of endListeners) listener();
  }

  async function run<T>(
    task: (client: Client) => Promise<T>,
    { ms = limits.commandMs, bytes = 0 }: Budget = {},
  ): Promise<T> {
    if (failed !== undefined) throw failed;
    commands += 1;
    meter.allow(limits.callBytes + bytes);
    const { promise: ended, reject } = Promise.withResolvers<never>();
    running.add(reject);
    const timer = setTimeout(
      () => end(new MailboxError("timeout", `${server} did not answer in ${ms / 1000} s.`)),
      ms,
    );
    try {
      const result = await Promise.race([task(client), ended]);
      // Some of imapflow's commands answer a lost connection with `false`.
      const reason = failure();
      if (reason !== undefined) throw reason;
      return result;
    } catch (error) {
      throw failure() ?? explain(error, options);
    } finally {
      clearTimeout(timer);
      running.delete(reject);
    }
  }

  async function dispose(): Promise<void> {
    if (failed !== undefined) return;
    const done = new MailboxError("aborted", `The session with ${server} was closed.`);
    farewell = done;
    const timer = setTimeout(() => end(done), limits.logoutMs);
    // How the server takes the farewell changes nothing: the connection is closed either way.
    await client.logout().catch(() => undefined);
    clearTimeout(timer);
    end(done);
  }
}

function clientOptions({ endpoint, login, version, limits }: ConnectionOptions) {
  return {
    host: endpoint.host,
    port: endpoint.port,
    secure: endpoint.tls === "implicit",
    ...(endpoint.tls === "implicit" ? {} : { doSTARTTLS: endpoint.tls === "starttls" }),
    auth: login,
    // `false` takes imapflow's own entries away (RFC 2971; 163.com demands it, Gmail asks for it).
    clientInfo: {
      name: "mailcanary",
      version: version ?? false,
      vendor: false,
      "support-url": false,
    } as const,
    logger: false,
    // Nothing to gain with a few small messages, and 100 KiB a session to lose.
    disableCompression: true,
    // A read-only look at new messages needs neither CONDSTORE nor UTF8=ACCEPT nor IMAP4rev2.
    disableAutoEnable: true,
    disableIMAP4rev2: true,
    disableBinary: true,
    disableAutoIdle: true,
    connectionTimeout: limits.loginMs / 2,
    greetingTimeout: limits.loginMs / 2,
    socketTimeout: limits.reIdleMs + limits.commandMs,
    maxLineLength: MAX_LINE_BYTES,
    maxLiteralSize: MAX_READ_BYTES + 1,
    maxResponseSize: MAX_READ_BYTES + RESPONSE_OVERHEAD_BYTES,
    maxResponseTokens: MAX_RESPONSE_TOKENS,
  } as const;
}
