import { describe, expect, it } from "vitest";
import type { MailProtocol } from "../../src/domain/endpoint.ts";
import type { TlsLook } from "../../src/domain/tls.ts";
import { imapScript, type MailTlsScript, mailTlsServer, pop3Script } from "../fakes/mail-tls.ts";
import { flood, scriptServer } from "../fakes/script-server.ts";
import { identity, never, serverAt, tlsOf } from "./look-at.ts";

const LOGIN_DISABLED = ["IMAP4REV1", "STARTTLS", "LOGINDISABLED"];

describe("STARTTLS in IMAP", () => {
  it("is gone through, and what was offered before is remembered", async () => {
    const look = await lookAt("imap", imapScript(identity));
    expect(look).toMatchObject({ kind: "seen", session: { version: "TLSv1.3" } });
    expect(clearOf(look)).toMatchObject({ capabilities: LOGIN_DISABLED, saidMore: false });
  });

  it("is left with LOGOUT", async () => {
    const heard: string[] = [];
    await lookAt("imap", { ...imapScript(identity), onLine: (line) => heard.push(line) });
    expect(heard).toEqual(["a1 CAPABILITY", "b2 STARTTLS"]);
    const script = imapScript(identity, { CAPABILITY: "* CAPABILITY IMAP4rev1" });
    await lookAt("imap", { ...script, onLine: (line) => heard.push(line) });
    await expect.poll(() => heard.slice(2)).toEqual(["a1 CAPABILITY", "z9 LOGOUT"]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      "in lower case",
      { greeting: "* ok hi", CAPABILITY: "* capability imap4rev1 starttls logindisabled" },
    ],
    [
      "over several lines, with others between",
      {
        greeting: "* OK [CAPABILITY IMAP4rev1] hi {5}",
        CAPABILITY:
          "* CAPABILITY IMAP4rev1\r\n* OK still here\r\n* CAPABILITY STARTTLS LOGINDISABLED",
      },
    ],
    ["with words before the grant", { STARTTLS: "* OK wait for it\r\nTAG OK now" }],
  ])("is understood %s", async (_, answers) => {
    const look = await lookAt("imap", imapScript(identity, answers));
    expect(clearOf(look)).toMatchObject({ capabilities: LOGIN_DISABLED, saidMore: false });
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["is not offered", { CAPABILITY: "* CAPABILITY IMAP4rev1 AUTH=PLAIN" }, /not among/],
    ["is declined", { STARTTLS: "TAG NO not today" }, /NO not today/],
    ["is not understood", { STARTTLS: "TAG BAD what" }, /BAD what/],
    ["comes too late", { greeting: "* PREAUTH welcome home" }, /PREAUTH/],
  ])("is said to be missing where it %s", async (_, answers, detail) => {
    const look = await lookAt("imap", imapScript(identity, answers));
    expect(look).toMatchObject({ kind: "no-starttls" });
    expect(detailOf(look)).toMatch(detail);
  });

  it.each<[string, string]>([
    ["tagged", "TAG OK go\r\nc3 OK done"],
    ["untagged", "TAG OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN"],
    ["a beginning", "TAG OK go\r\n*"],
  ])("notices answers slipped in behind the grant: %s", async (_, answer) => {
    const look = await lookAt("imap", imapScript(identity, { STARTTLS: answer }));
    expect(clearOf(look)).toMatchObject({ saidMore: true });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["says BYE at once", { greeting: "* BYE too many connections" }, "rejected"],
    ["says BYE later", { STARTTLS: "* BYE shutting down" }, "rejected"],
    ["will not tell", { CAPABILITY: "x" }, "protocol"],
    ["is no IMAP server", { greeting: "220 mail.test ESMTP" }, "protocol"],
    ["greets with nothing", { greeting: "" }, "protocol"],
    ["greets with a literal", { greeting: "{1000000}" }, "protocol"],
    ["answers with a literal", { CAPABILITY: "* CAPABILITY {9}\r\nSTARTTLS!" }, "protocol"],
    ["asks for more", { STARTTLS: "+ go on" }, "protocol"],
    ["answers somebody else", { STARTTLS: "a1 OK go" }, "protocol"],
    ["has a status of its own", { STARTTLS: "TAG OKAY go" }, "protocol"],
  ])("tells nothing where the server %s", async (_, answers, why) => {
    const look = await lookAt("imap", imapScript(identity, answers));
    expect(look).toMatchObject({ kind: "failed", why });
  });

  it("quotes no control characters of the server", async () => {
    const look = await lookAt(
      "imap",
      imapScript(identity, { STARTTLS: "TAG NO \u001b[31m\u0000x" }),
    );
    expect(detailOf(look)).toBe("the server said: NO [31m x");
  });
});

describe("STLS in POP3", () => {
  it("is gone through, and what was offered before is remembered", async () => {
    const look = await lookAt("pop3", pop3Script(identity));
    expect(clearOf(look)).toMatchObject({ capabilities: ["TOP", "STLS", "SASL"], saidMore: false });
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["is not offered", { CAPA: "+OK\r\nUSER\r\n." }, /not among/],
    ["is asked for in vain, since CAPA is not known", { CAPA: "-ERR what" }, /not among/],
    ["is declined", { STLS: "-ERR not today" }, /-ERR not today/],
  ])("is said to be missing where it %s", async (_, answers, detail) => {
    const look = await lookAt("pop3", pop3Script(identity, answers));
    expect(look).toMatchObject({ kind: "no-starttls" });
    expect(detailOf(look)).toMatch(detail);
  });

  it("notices answers slipped in behind the grant", async () => {
    const look = await lookAt("pop3", pop3Script(identity, { STLS: "+OK go\r\n+OK more" }));
    expect(clearOf(look)).toMatchObject({ saidMore: true });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["does not want us", { greeting: "-ERR busy" }, "rejected"],
    ["is no POP3 server", { greeting: "* OK hi" }, "protocol"],
    ["answers STLS with something else", { STLS: "OK" }, "protocol"],
  ])("tells nothing where the server %s", async (_, answers, why) => {
    const look = await lookAt("pop3", pop3Script(identity, answers));
    expect(look).toMatchObject({ kind: "failed", why });
  });
});

const SCRIPTS = { imap: imapScript, pop3: pop3Script };

describe.each(["imap", "pop3"] as const)("a survey over %s", (protocol) => {
  it.each([
    [true, "open"],
    [false, "closed"],
  ])("sees whether commands are carried over into TLS: %s", async (carriesOver, injection) => {
    const heard: string[] = [];
    const { port } = await mailTlsServer({
      ...SCRIPTS[protocol](identity),
      carriesOver,
      onLine: (line) => heard.push(line),
    });
    const server = serverAt(port, { tls: "starttls", protocol });
    expect(await tlsOf().survey(server, never)).toMatchObject({
      injection,
      versions: { TLSv1: "refused", "TLSv1.3": "offered" },
    });
    expect(heard.filter((line) => line.endsWith("NOOP"))).toHaveLength(1);
  });

  it.each(["[SYS/TEMP] busy", "too many connections"])(
    "takes a lone refusal inside TLS for no carrying over: %s",
    async (text) => {
      const refusal = { imap: `* BYE ${text}`, pop3: `-ERR ${text}` }[protocol];
      const script = SCRIPTS[protocol](identity);
      const { port } = await mailTlsServer({
        ...script,
        reply: (line, isSecure) => (isSecure ? refusal : script.reply(line, isSecure)),
      });
      const server = serverAt(port, { tls: "starttls", protocol });
      const { injection } = await tlsOf({ replyMs: 100 }).survey(server, never);
      expect(injection).toBe("unknown");
    },
  );

  it("does not wait for ever for what is said inside TLS", async () => {
    const script = SCRIPTS[protocol](identity);
    const { port } = await mailTlsServer({
      ...script,
      reply: (line, isSecure) => (isSecure ? "" : script.reply(line, isSecure)),
    });
    const server = serverAt(port, { tls: "starttls", protocol });
    const { injection } = await tlsOf({ replyMs: 100 }).survey(server, never);
    expect(injection).toBe("unknown");
  });
});

describe.each(["smtp", "imap", "pop3"] as const)("hostile %s servers", (protocol) => {
  it("that stay silent are given up", async () => {
    const { port } = await scriptServer(() => undefined);
    const look = await quickLook(port, protocol);
    expect(look).toMatchObject({ kind: "failed", why: "timeout" });
  });

  it.each([
    ["lines", { smtp: "220-more\r\n", imap: "* OK more\r\n", pop3: "+OK more\r\n" }],
    ["a line", { smtp: "220 more ", imap: "* OK more ", pop3: "+OK more " }],
    ["nothing much", { smtp: "\0\r", imap: "\0\r", pop3: "\0\r" }],
  ])("that say %s without end are cut off", async (_, text) => {
    const server = await scriptServer((socket) => flood(socket, text[protocol]));
    const look = await quickLook(server.port, protocol);
    expect(look).toMatchObject({ kind: "failed", why: "protocol" });
    await server.allClosed();
  });

  it("that drip a letter now and then are given up", async () => {
    const server = await scriptServer((socket) => {
      const drip = setInterval(() => socket.write("*"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    const look = await quickLook(server.port, protocol);
    expect(look).toMatchObject({ kind: "failed", why: "timeout" });
    await server.allClosed();
  });

  it("that hang up tell nothing", async () => {
    const { port } = await scriptServer((socket) => socket.end());
    expect(await quickLook(port, protocol)).toMatchObject({ kind: "failed", why: "closed" });
  });

  it("are left at once when the signal says so", async () => {
    const server = await scriptServer((socket) => socket.resume());
    const stop = new AbortController();
    const how = serverAt(server.port, { tls: "starttls", protocol });
    const look = tlsOf().look(how, stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(look).rejects.toThrow("enough");
    await server.allClosed();
  });
});

function quickLook(port: number, protocol: MailProtocol): Promise<TlsLook> {
  const tls = tlsOf({ greetingMs: 100, replyMs: 100 });
  return tls.look(serverAt(port, { tls: "starttls", protocol }), never);
}

async function lookAt(protocol: MailProtocol, script: MailTlsScript): Promise<TlsLook> {
  const { port } = await mailTlsServer(script);
  return tlsOf({ replyMs: 500 }).look(serverAt(port, { tls: "starttls", protocol }), never);
}

function clearOf(look: TlsLook) {
  if (look.kind !== "seen") throw new Error(detailOf(look));
  return look.session.clear;
}

function detailOf(look: TlsLook): string {
  return "detail" in look ? look.detail : "";
}
