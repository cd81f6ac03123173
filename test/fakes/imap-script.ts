import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { Secret } from "../../src/domain/secret.ts";
import type { Seed } from "../../src/domain/seed.ts";
import type { TlsMode } from "../../src/domain/endpoint.ts";
import type { Identity } from "./certificates.ts";
import { answerByTheBook, type FakeMail } from "./imap-script-answers.ts";

/** A command line as the client sent it. */
export interface ImapCommand {
  readonly tag: string;
  /** Upper-cased, `UID` included: `UID FETCH`. */
  readonly name: string;
  readonly rest: string;
}

/** A raw IMAP server that does what its script says, and otherwise what the RFC says. */
export interface ImapScript {
  readonly greeting?: string;
  readonly capabilities?: string;
  readonly mails?: readonly FakeMail[];
  /** Own answer to a command, line ends included; `undefined` plays by the book. */
  readonly answer?: (command: ImapCommand, session: ScriptSession) => string | undefined;
  readonly tls?: Identity;
  /** After so many bytes to the client the connection is closed, or falls silent for good. */
  readonly cut?: { readonly afterBytes: number; readonly how: "close" | "silence" };
  /** Changes what goes over the wire. */
  readonly garble?: (bytes: Buffer, offset: number) => Buffer;
}

export interface ScriptSession {
  send(text: string): void;
  hangUp(): void;
  /** The tag of the IDLE or AUTHENTICATE that waits for the client's word. */
  pendingTag: string | undefined;
  sentBytes: number;
}

export interface ImapScriptServer extends AsyncDisposable {
  readonly port: number;
  /** Every line that clients sent, without its tag. */
  readonly lines: string[];
  readonly sessions: Set<ScriptSession>;
  /** Connections that are open now. */
  openSockets(): number;
  /** To all clients. */
  push(text: string): void;
}

export async function startImapScript(script: ImapScript = {}): Promise<ImapScriptServer> {
  const lines: string[] = [];
  const sessions = new Set<ScriptSession>();
  const sockets = new Set<Socket>();
  const isImplicit = script.tls !== undefined && !(script.capabilities ?? "").includes("STARTTLS");
  const server: Server =
    script.tls !== undefined && isImplicit
      ? createTlsServer(script.tls, (socket) => serve(socket))
      : createServer((socket) => serve(socket));
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  function serve(socket: Socket): void {
    const session = startSession(socket, script, lines);
    sessions.add(session);
    socket.on("close", () => sessions.delete(session));
  }

  return {
    port: (server.address() as AddressInfo).port,
    lines,
    sessions,
    openSockets: () => sockets.size,
    push: (text) => sessions.forEach((session) => session.send(text)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function startSession(socket: Socket, script: ImapScript, lines: string[]): ScriptSession {
  let wire = socket;
  let unread = "";
  const session: ScriptSession = {
    sentBytes: 0,
    pendingTag: undefined,
    hangUp: () => wire.end(),
    send(text) {
      if (wire.destroyed || !wire.writable) return;
      let bytes = Buffer.from(text, "latin1");
      if (script.garble !== undefined)
        bytes = script.garble(bytes, session.sentBytes) as typeof bytes;
      const left = (script.cut?.afterBytes ?? Infinity) - session.sentBytes;
      session.sentBytes += bytes.length;
      if (left > 0) wire.write(bytes.subarray(0, Math.min(left, bytes.length)));
      if (bytes.length >= left && script.cut?.how === "close") wire.end();
    },
  };
  listen(socket);
  session.send(script.greeting ?? "* OK script ready\r\n");
  return session;

  function listen(on: Socket): void {
    wire = on;
    on.on("error", () => undefined);
    on.on("data", (chunk: Buffer) => {
      unread += chunk.toString("latin1");
      for (let end = unread.indexOf("\r\n"); end >= 0; end = unread.indexOf("\r\n")) {
        const line = unread.slice(0, end);
        unread = unread.slice(end + 2);
        take(line);
      }
    });
  }

  function take(line: string): void {
    const command = parse(line);
    lines.push(`${command.name} ${command.rest}`.trim());
    if (command.name === "STARTTLS" && script.tls !== undefined) {
      session.send(`${command.tag} OK begin\r\n`);
      socket.removeAllListeners("data");
      listen(new TLSSocket(socket, { ...script.tls, isServer: true }));
      return;
    }
    const own = script.answer?.(command, session);
    session.send(own ?? answerByTheBook(command, script, session));
  }
}

function parse(line: string): ImapCommand {
  const [tag = "", first = "", ...rest] = line.split(" ");
  if (first === "") return { tag: "", name: tag.toUpperCase(), rest: "" };
  const isUid = first.toUpperCase() === "UID";
  const name = isUid ? `UID ${rest[0] ?? ""}` : first;
  return { tag, name: name.toUpperCase(), rest: rest.slice(isUid ? 1 : 0).join(" ") };
}

export interface SeedOptions {
  readonly port: number;
  readonly tls?: TlsMode;
  readonly ca?: string;
  readonly password?: string;
  readonly host?: string;
}

/** A seed whose mailbox is on a server of the test. */
export function scriptSeed({ port, tls = "none", ca, password, host }: SeedOptions): Seed {
  return {
    name: "seed",
    address: "seed@example.org",
    provider: "example",
    imap: {
      host: host ?? "127.0.0.1",
      port,
      tls,
      servername: undefined,
      ca,
      auth: {
        kind: "password",
        user: "seed@example.org",
        password: new Secret(password ?? "correct horse"),
        method: undefined,
      },
    },
    folders: { inbox: undefined, spam: undefined },
    routes: [],
    schedule: undefined,
    deleteCanariesAfterMs: undefined,
  };
}
