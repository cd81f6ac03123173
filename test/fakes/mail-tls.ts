import type { Socket } from "node:net";
import { type TlsOptions, TLSSocket } from "node:tls";
import { onLine, type ScriptServer, scriptServer } from "./script-server.ts";

/** A server that begins in the clear and goes over to TLS when it has been asked to. */
export interface MailTlsScript {
  readonly tls: TlsOptions;
  readonly greeting: string;
  /** The answer to a line, in the clear and inside TLS; a TLS session begins behind one that `begins` it. */
  reply(line: string, isSecure: boolean): string;
  begins(line: string, reply: string): boolean;
  /** Carries what came with the request over into TLS, as servers did before 2011. */
  readonly carriesOver?: boolean;
  readonly onLine?: (line: string) => void;
}

/** Starts it on loopback; gone when the test is. */
export function mailTlsServer(script: MailTlsScript): Promise<ScriptServer> {
  return scriptServer((socket) => {
    socket.write(`${script.greeting}\r\n`);
    const smuggled: string[] = [];
    let isUpgraded = false;
    onLine(socket, (line) => {
      script.onLine?.(line);
      if (isUpgraded) {
        smuggled.push(line);
        return;
      }
      const reply = script.reply(line, false);
      socket.write(`${reply}\r\n`);
      isUpgraded = script.begins(line, reply);
      // Whatever came in one piece with the request is still in the buffers of this turn.
      if (isUpgraded) setImmediate(() => upgrade(socket, script, smuggled));
    });
  });
}

function upgrade(socket: Socket, script: MailTlsScript, smuggled: readonly string[]): void {
  socket.removeAllListeners("data");
  const secured = new TLSSocket(socket, { isServer: true, ...script.tls });
  secured.on("error", () => undefined);
  const answer = (line: string) => secured.write(`${script.reply(line, true)}\r\n`);
  if (script.carriesOver === true) smuggled.forEach(answer);
  onLine(secured, answer);
}

/** Answers as an IMAP server; `answers` by the command's name, without its tag where it has one. */
export function imapScript(
  tls: TlsOptions,
  answers: Readonly<Record<string, string>> = {},
): MailTlsScript {
  const capabilities = answers["CAPABILITY"] ?? "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED";
  return {
    tls,
    greeting: answers["greeting"] ?? "* OK ready",
    reply(line) {
      const [tag = "", name = ""] = line.split(" ");
      if (name === "CAPABILITY") return `${capabilities}\r\n${tag} OK done`;
      return (answers[name] ?? "TAG OK done").replaceAll("TAG", tag);
    },
    begins: (line, reply) => line.endsWith(" STARTTLS") && / OK /.test(reply),
  };
}

/** Answers as a POP3 server, likewise. */
export function pop3Script(
  tls: TlsOptions,
  answers: Readonly<Record<string, string>> = {},
): MailTlsScript {
  const usual: Readonly<Record<string, string>> = {
    CAPA: "+OK\r\nTOP\r\nSTLS\r\nSASL\r\n.",
    STLS: "+OK begin",
    QUIT: "+OK bye",
  };
  return {
    tls,
    greeting: answers["greeting"] ?? "+OK ready",
    reply: (line) => answers[line] ?? usual[line] ?? "-ERR unknown command",
    begins: (line, reply) => line === "STLS" && reply.startsWith("+OK"),
  };
}
