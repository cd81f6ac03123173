import { once } from "node:events";
import { connect } from "node:net";
import { ImapFlow } from "imapflow";
import { expect, it } from "vitest";
import { type Account, createAccount } from "../../../src/demo/imap/account.ts";
import { type ImapServer, startImapServer } from "../../../src/demo/imap/server.ts";

const MAIL = "Subject: one\r\nX-Token: t1\r\nX-Long: a\r\n b\r\n\r\nbody text\r\n";

function newAccount(): Account {
  return createAccount({
    user: "me@bigmail.example",
    password: 's3cret "quoted\\',
    folders: { Junk: String.raw`\Junk`, "Entwürfe & mehr": undefined },
    quotaBytes: 1024 * 1024,
  });
}

async function start(account: Account, withoutCapability = ""): Promise<ImapServer> {
  const capabilities =
    "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID NAMESPACE IDLE CHILDREN UNSELECT UIDPLUS SPECIAL-USE LIST-EXTENDED QUOTA"
      .split(" ")
      .filter((name) => name !== withoutCapability);
  return startImapServer({
    capabilities,
    logIn: (user, password) =>
      user === account.user && password === account.password ? account : undefined,
  });
}

async function openClient(server: ImapServer, account: Account): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: account.user, pass: account.password },
    logger: false,
  });
  await client.connect();
  return client;
}

it("lists folders with special use where it has it, names in any alphabet", async () => {
  const account = newAccount();
  await using server = await start(account);
  const client = await openClient(server, account);
  const folders = await client.list();
  expect(folders.map(({ path, specialUse }) => [path, specialUse])).toEqual([
    ["INBOX", String.raw`\Inbox`],
    ["Junk", String.raw`\Junk`],
    ["Entwürfe & mehr", undefined],
  ]);
  expect(await client.status("Entwürfe & mehr", { messages: true })).toMatchObject({ messages: 0 });
  await client.logout();
});

it("keeps its special use to itself where it lacks the capability", async () => {
  const account = newAccount();
  await using server = await start(account, "SPECIAL-USE");
  const client = await openClient(server, account);
  const junk = (await client.list()).find(({ path }) => path === "Junk");
  expect([...(junk?.flags ?? [])]).not.toContain(String.raw`\Junk`);
  await client.logout();
});

it("opens with EXAMINE read-only: nothing is marked, changed or removed", async () => {
  const account = newAccount();
  account.store("INBOX", MAIL);
  await using server = await start(account);
  const client = await openClient(server, account);
  const state = await client.mailboxOpen("INBOX", { readOnly: true });
  expect(state).toMatchObject({ readOnly: true, exists: 1, uidNext: 2 });
  await client.fetchOne("1", { source: true });
  expect(await client.messageFlagsAdd("1", [String.raw`\Seen`])).toBe(false);
  expect(await client.messageDelete("1")).toBe(false);
  expect([...(account.folder("INBOX")?.mails[0]?.flags ?? [])]).toEqual([]);
  expect(account.log).toContain("EXAMINE INBOX");
  expect(account.log.filter((command) => command.startsWith("SELECT"))).toEqual([]);
  expect(account.sessions).toBe(1);
  await client.logout();
  expect(account.sessions).toBe(0);
});

it("deletes by UID in a folder opened for writing", async () => {
  const account = newAccount();
  for (const _ of [1, 2, 3]) account.store("INBOX", MAIL);
  await using server = await start(account);
  const client = await openClient(server, account);
  await client.mailboxOpen("INBOX");
  expect(await client.messageDelete("2", { uid: true })).toBe(true);
  expect(await client.search({ all: true }, { uid: true })).toEqual([1, 3]);
  await client.logout();
});

it("fetches chosen header fields and the first octets only", async () => {
  const account = newAccount();
  account.store("INBOX", MAIL, Date.UTC(2026, 0, 2, 3, 4, 5));
  await using server = await start(account);
  const client = await openClient(server, account);
  await client.mailboxOpen("INBOX", { readOnly: true });
  const mail = await client.fetchOne("1", {
    internalDate: true,
    size: true,
    headers: ["x-token", "X-LONG", "absent"],
    source: { start: 0, maxLength: 12 },
  });
  expect(mail).toMatchObject({
    size: MAIL.length,
    internalDate: new Date("2026-01-02T03:04:05Z"),
    headers: Buffer.from("X-Token: t1\r\nX-Long: a\r\n b\r\n\r\n"),
    source: Buffer.from("Subject: one"),
  });
  await client.logout();
});

it("searches by day, header and UID", async () => {
  const account = newAccount();
  account.store("INBOX", MAIL, Date.UTC(2026, 0, 1, 23, 59));
  account.store("INBOX", MAIL.replace("t1", "t2"), Date.UTC(2026, 0, 2, 0, 1));
  await using server = await start(account);
  const client = await openClient(server, account);
  await client.mailboxOpen("INBOX", { readOnly: true });
  const find = async (query: object): Promise<unknown> => client.search(query, { uid: true });
  expect(await find({ since: "2026-01-02" })).toEqual([2]);
  expect(await find({ before: "2026-01-02" })).toEqual([1]);
  expect(await find({ header: { "X-Token": "T2" } })).toEqual([2]);
  expect(await find({ uid: "2:*", not: { header: { subject: "absent" } } })).toEqual([2]);
  expect(await find({ or: [{ uid: 1 }, { uid: 2 }], unseen: true })).toEqual([1, 2]);
  await client.logout();
});

it("pushes news while the client idles, and tells them at NOOP", async () => {
  const account = newAccount();
  await using server = await start(account);
  const client = await openClient(server, account);
  await client.mailboxOpen("INBOX", { readOnly: true });
  const pushed = once(client, "exists");
  const idling = client.idle();
  account.store("INBOX", MAIL);
  expect(await pushed).toMatchObject([{ count: 1 }]);
  const atNoop = once(client, "exists");
  await client.noop();
  await idling;
  account.store("INBOX", MAIL);
  await client.noop();
  expect(await atNoop).toMatchObject([{ count: 2 }]);
  await client.logout();
});

it("tells the quota", async () => {
  const account = newAccount();
  account.store("INBOX", "x".repeat(5000));
  await using server = await start(account);
  const client = await openClient(server, account);
  expect(await client.getQuota("INBOX")).toMatchObject({
    storage: { usage: 5 * 1024, limit: 1024 * 1024 },
  });
  await client.logout();
});

it("refuses a wrong password, and everybody while it is down", async () => {
  const account = newAccount();
  await using server = await start(account);
  await expect(openClient(server, { ...account, password: "no" })).rejects.toMatchObject({
    authenticationFailed: true,
  });
  const client = await openClient(server, account);
  const closed = once(client, "close");
  server.setDown(true);
  await closed;
  await expect(openClient(server, account)).rejects.toThrow(/close/i);
  server.setDown(false);
  const again = await openClient(server, account);
  await again.logout();
});

it.each([
  ["no command", "\r\n", /^\* BAD/m],
  ["an unknown verb", "a1 HASOWNPROPERTY x\r\n", /^a1 BAD/m],
  ["a property of every object", "a1 CONSTRUCTOR\r\n", /^a1 BAD/m],
  ["an open parenthesis", "a1 STATUS INBOX (MESSAGES\r\n", /^a1 BAD/m],
  ["a thousand parentheses", `a1 SEARCH ${"(".repeat(1000)}\r\n`, /^a1 BAD/m],
  ["a folder command before login", "a1 SELECT INBOX\r\n", /^a1 BAD log in first/m],
  ["a fetch before a folder is open", "a1 LOGIN u p\r\na2 FETCH 1 UID\r\n", /^a2 BAD no folder/m],
  ["a literal in pieces", "a1 LOGIN {1}\r\nu {1+}\r\np\r\n", /^\+ go ahead[^]*^a1 OK/m],
])("answers %s", async (_, sent, expected) => {
  const account = createAccount({ user: "u", password: "p", folders: {} });
  await using server = await start(account);
  const socket = connect(server.port, server.host);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.write(`${sent}z LOGOUT\r\n`);
  await once(socket, "close");
  expect(answer).toMatch(expected);
});
