import { FOLDER_COMMANDS } from "./folder-commands.ts";
import { MAIL_COMMANDS } from "./mail-commands.ts";
import type { Session } from "./session.ts";
import { textOf, type Token } from "./tokens.ts";

export interface Command {
  /** The state that the client must have reached (RFC 9051 §3). */
  readonly needs: "nothing" | "account" | "folder";
  /** Sends untagged answers and returns the tagged one, without its tag. */
  run(session: Session, args: readonly Token[]): string | Promise<string>;
}

/** Every command of this server. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  CAPABILITY: {
    needs: "nothing",
    run(session) {
      session.send(`* CAPABILITY ${session.rules.capabilities.join(" ")}`);
      return "OK";
    },
  },
  ID: {
    needs: "nothing",
    run(session) {
      session.send('* ID ("name" "mailcanary demo")');
      return "OK";
    },
  },
  LOGIN: {
    needs: "nothing",
    run: (session, [user, password]) => logIn(session, textOf(user), textOf(password)),
  },
  AUTHENTICATE: { needs: "nothing", run: authenticate },
  LOGOUT: {
    needs: "nothing",
    run(session) {
      session.over = true;
      session.send("* BYE see you");
      return "OK";
    },
  },
  ...FOLDER_COMMANDS,
  ...MAIL_COMMANDS,
};

/** AUTHENTICATE PLAIN (RFC 4616), with or without an initial response (RFC 4959). */
async function authenticate(session: Session, args: readonly Token[]): Promise<string> {
  if (textOf(args[0])?.toUpperCase() !== "PLAIN") return "NO [CANNOT] only PLAIN here";
  const response = textOf(args[1]) ?? (await session.prompt("")) ?? "*";
  if (response === "*") return "BAD given up";
  const [, user, password] = Buffer.from(response, "base64").toString("utf8").split("\0");
  return logIn(session, user, password);
}

function logIn(session: Session, user = "", password = ""): string {
  if (session.account !== undefined) return "BAD logged in already";
  session.account = session.rules.logIn(user, password);
  if (session.account === undefined) return "NO [AUTHENTICATIONFAILED] wrong user or password";
  session.account.sessions += 1;
  return `OK [CAPABILITY ${session.rules.capabilities.join(" ")}] logged in`;
}
