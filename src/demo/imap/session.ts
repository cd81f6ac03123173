import type { Socket } from "node:net";
import type { Account, MailFolder } from "./account.ts";
import { COMMANDS } from "./commands.ts";
import { type LineReader, readLines } from "./line-reader.ts";
import { readTokens } from "./tokens.ts";

/** What a server offers and whom it lets in. */
export interface ImapRules {
  /** Announced in this spelling, `IMAP4rev1` first. */
  readonly capabilities: readonly string[];
  /** The account of these credentials; undefined refuses them. */
  logIn(user: string, password: string): Account | undefined;
}

/** The open folder as this client knows it: sequence numbers are places in `view`. */
interface Selected {
  readonly folder: MailFolder;
  readonly readOnly: boolean;
  view: readonly number[];
}

export interface Session {
  readonly rules: ImapRules;
  account: Account | undefined;
  selected: Selected | undefined;
  /** Set by LOGOUT. */
  over: boolean;
  send(line: string): void;
  /** Asks for more (`+ text`) and reads the answer. */
  prompt(text: string): Promise<string | undefined>;
}

const MAX_LITERAL_BYTES = 64 * 1024;
const MAX_LITERALS = 20;
/** RFC 9051 §5.4: at least 30 minutes. */
const IDLE_SOCKET_MS = 30 * 60_000;

/** Serves one connection until either side ends it. Never throws. */
export async function serveSession(socket: Socket, rules: ImapRules): Promise<void> {
  const reader = readLines(socket);
  // A client that dies is an ordinary end; "close" follows and ends the loop.
  socket.on("error", () => undefined);
  socket.setTimeout(IDLE_SOCKET_MS, () => socket.destroy());
  const session: Session = {
    rules,
    account: undefined,
    selected: undefined,
    over: false,
    send(line) {
      if (socket.writable) socket.write(`${line}\r\n`, "latin1");
    },
    prompt(text) {
      session.send(`+ ${text}`);
      return reader.readLine();
    },
  };
  session.send(`* OK [CAPABILITY ${rules.capabilities.join(" ")}] ready`);
  while (!session.over) {
    const line = await readCommand(session, reader);
    if (line === undefined) break;
    await answer(session, line);
  }
  if (session.account !== undefined) session.account.sessions -= 1;
  socket.end();
}

/** One command with its literals (RFC 9051 §4.3), as one text. */
async function readCommand(session: Session, reader: LineReader): Promise<string | undefined> {
  let command = "";
  for (let literals = 0; literals <= MAX_LITERALS; literals++) {
    const line = await reader.readLine();
    if (line === undefined) return undefined;
    command += line;
    const literal = /\{(\d{1,9})(\+?)\}$/.exec(line);
    if (literal === null) return command;
    const count = Number(literal[1]);
    if (count > MAX_LITERAL_BYTES) return undefined;
    if (literal[2] === "") session.send("+ go ahead");
    const octets = await reader.readOctets(count);
    if (octets === undefined) return undefined;
    command += `\r\n${octets}`;
  }
  return undefined;
}

async function answer(session: Session, line: string): Promise<void> {
  const [, tag, verb = "", rest = ""] =
    /^([^\s()"{*%+]+) ((?:UID )?[A-Z]+) ?(.*)$/is.exec(line) ?? [];
  const args = readTokens(rest);
  const command = COMMANDS[verb.toUpperCase()];
  if (tag === undefined || args === undefined || command === undefined) {
    session.send(`${tag ?? "*"} BAD unknown or malformed command`);
    return;
  }
  session.account?.record(`${verb.toUpperCase()} ${rest}`.trim());
  session.send(`${tag} ${await run(session, command, args)}`);
}

async function run(
  session: Session,
  command: (typeof COMMANDS)[string] & object,
  args: Parameters<typeof command.run>[1],
): Promise<string> {
  if (command.needs === "account" && session.account === undefined) return "BAD log in first";
  if (command.needs === "folder" && session.selected === undefined) return "BAD no folder open";
  return command.run(session, args);
}
