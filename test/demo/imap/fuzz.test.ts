import { connect, type Socket } from "node:net";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createAccount } from "../../../src/demo/imap/account.ts";
import { compileFetch } from "../../../src/demo/imap/fetch.ts";
import { compileSearch } from "../../../src/demo/imap/search.ts";
import { readSequence } from "../../../src/demo/imap/sequence.ts";
import { startImapServer } from "../../../src/demo/imap/server.ts";
import { itemsOf, readTokens } from "../../../src/demo/imap/tokens.ts";

const PIECES =
  'a1 |LOGIN|SELECT|UID FETCH|FETCH|SEARCH|STORE|IDLE|LIST|STATUS|AUTHENTICATE PLAIN|INBOX|1:*|1,2:3|(|)|[|]|"|\\|{3}\r\n|{99999999}\r\n|{2+}\r\n|BODY.PEEK[|HEADER.FIELDS (|]<0.5>|UID|SINCE|1-Jan-2026|NOT|OR|FLAGS|+FLAGS|\\Seen|%|*|\r\n|\n|\0|ü| '.split(
    "|",
  );
const line = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 20 });

it("reads or refuses any line, whatever is asked of the tokens then", () => {
  fc.assert(
    fc.property(line, (pieces) => {
      const text = pieces.join("");
      const tokens = readTokens(text) ?? [];
      const mail = { uid: 1, storedAt: 0, raw: text, flags: new Set<string>() };
      compileSearch(tokens, { uid: 1, sequence: 1 })?.(mail, 1);
      for (const item of compileFetch(itemsOf(tokens), true) ?? []) item.write(mail);
      readSequence(text, 5)?.(3);
    }),
    { numRuns: 2000 },
  );
  expect(readTokens('a (b "c)" [d e]) {2}\r\nf)')).toEqual([
    { kind: "atom", text: "a" },
    [
      { kind: "atom", text: "b" },
      { kind: "string", text: "c)" },
      { kind: "atom", text: "[d e]" },
    ],
    { kind: "string", text: "f)" },
  ]);
});

it("goes on serving others after any bytes from one", async () => {
  const account = createAccount({ user: "u", password: "p", folders: {} });
  account.store("INBOX", "Subject: x\r\n\r\nbody\r\n");
  await using server = await startImapServer({
    capabilities: ["IMAP4rev1", "IDLE"],
    logIn: () => account,
  });
  const talk = async (text: string): Promise<string> => {
    const socket = connect(server.port, server.host);
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.end(text, "latin1");
    await closed(socket);
    return answer;
  };
  const login = "a LOGIN u p\r\nb SELECT INBOX\r\n";
  await fc.assert(
    fc.asyncProperty(line, async (pieces) => {
      await talk(login + pieces.join(""));
    }),
    { numRuns: 60 },
  );
  expect(await talk(`${login}c UID SEARCH ALL\r\nd LOGOUT\r\n`)).toContain("* SEARCH 1\r\n");
});

it("cuts off who sends without end", async () => {
  const account = createAccount({ user: "u", password: "p", folders: {} });
  await using server = await startImapServer({ capabilities: ["IMAP4rev1"], logIn: () => account });
  const socket = connect(server.port, server.host);
  socket.on("error", () => undefined);
  socket.resume();
  socket.write("x".repeat(1024 * 1024));
  await closed(socket);
  expect(socket.destroyed).toBe(true);
});

async function closed(socket: Socket): Promise<void> {
  await new Promise((resolve) => {
    socket.once("close", resolve);
  });
}
