import type { Socket } from "node:net";
import { type TlsOptions, TLSSocket } from "node:tls";
import { onLine, type ScriptServer, scriptServer } from "./script-server.ts";

export interface SmtpScript {
  readonly tls: TlsOptions;
  readonly greeting?: string;
  /** Behind the server's name in the answer to EHLO. */
  readonly capabilities?: readonly string[];
  /** Said to STARTTLS. */
  readonly answer?: string;
  /** Carries commands over from the clear into TLS, as servers did before 2011. */
  readonly carriesOver?: boolean;
  /** Answers to other commands by their first word; `250 ok` for the rest. */
  readonly replies?: Readonly<Record<string, string>>;
  /** The same inside TLS, where it differs, EHLO included. */
  readonly secureReplies?: Readonly<Record<string, string>>;
  /** Told of every line. */
  readonly onCommand?: (line: string) => void;
}

/** An SMTP server with STARTTLS on loopback; gone when the test is. */
export function smtpTlsServer(script: SmtpScript): Promise<ScriptServer> {
  return scriptServer((socket) => {
    socket.write(`${script.greeting ?? "220 mail.test ESMTP"}\r\n`);
    let isUpgraded = false;
    onLine(socket, (line) => {
      script.onCommand?.(line);
      if (isUpgraded) return;
      if (line !== "STARTTLS") {
        answer(socket, line, script);
        return;
      }
      const reply = script.answer ?? "220 go ahead";
      socket.write(`${reply}\r\n`);
      if (!reply.startsWith("220")) return;
      isUpgraded = true;
      // Whatever came in one piece with STARTTLS is still in the buffers of this turn.
      setImmediate(() => upgrade(socket, script));
    });
  });
}

function upgrade(socket: Socket, script: SmtpScript): void {
  socket.removeAllListeners("data");
  const secured = new TLSSocket(socket, { isServer: true, ...script.tls });
  secured.on("error", () => undefined);
  if (script.carriesOver === true) secured.write("214 2.0.0 read the manual\r\n");
  const replies = { ...script.replies, ...script.secureReplies };
  onLine(secured, (line) => answer(secured, line, { ...script, replies }));
}

function answer(
  socket: Socket,
  line: string,
  { capabilities = ["STARTTLS"], replies = {} }: SmtpScript,
) {
  const [word = ""] = line.toUpperCase().split(/[ :]/, 1);
  if (word === "EHLO" && replies[word] === undefined) {
    const lines = ["mail.test greets you", ...capabilities];
    const last = lines.length - 1;
    socket.write(lines.map((text, i) => `250${i === last ? " " : "-"}${text}\r\n`).join(""));
    return;
  }
  socket.write(`${replies[word] ?? "250 ok"}\r\n`);
  if (word === "QUIT") socket.end();
}
