import { createDiffieHellmanGroup } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { TlsLook, TlsSession } from "../../src/domain/tls.ts";
import { readCertificate } from "../../src/mail/certificate.ts";
import { der } from "../fakes/der.ts";
import { flood, scriptServer } from "../fakes/script-server.ts";
import { smtpTlsServer } from "../fakes/smtp-tls.ts";
import { authority, identity, never, serverAt, tlsOf, tlsServer } from "./look-at.ts";

describe("a look", () => {
  it("tells version, cipher and certificate of a healthy server", async () => {
    const session = seen(await tlsOf().look(serverAt(await tlsServer({})), never));
    expect(session).toMatchObject({
      version: "TLSv1.3",
      distrust: undefined,
      staple: undefined,
      clear: undefined,
    });
    expect(subjects(session)).toEqual(["CN=mail.test"]);
  });

  it("goes through STARTTLS and remembers what was offered before", async () => {
    const capabilities = ["SIZE 1000", "STARTTLS", "AUTH PLAIN"];
    const { port } = await smtpTlsServer({ tls: identity, capabilities });
    const session = seen(await tlsOf().look(serverAt(port, { tls: "starttls" }), never));
    expect(session.clear).toEqual({ capabilities, saidMore: false, isFromItself: true });
  });

  it.each([
    ["an authority that nobody knows", {}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [
      "a certificate that is over",
      authority.issue(["mail.test"], {
        notBefore: new Date("2020-01-01"),
        notAfter: new Date("2020-02-01"),
      }),
      "CERT_HAS_EXPIRED",
    ],
  ])("says what is wrong with %s", async (name, own, distrust) => {
    const ca = name.startsWith("an authority") ? undefined : authority.ca;
    const session = seen(await tlsOf().look(serverAt(await tlsServer(own), { ca }), never));
    expect(session.distrust).toBe(distrust);
  });

  it("leaves names to others", async () => {
    const port = await tlsServer(authority.issue(["elsewhere.test"]));
    expect(seen(await tlsOf().look(serverAt(port), never)).distrust).toBeUndefined();
  });

  it("walks the chain through intermediates", async () => {
    const middle = authority.intermediate("Middle");
    const own = middle.issue(["mail.test"]);
    const port = await tlsServer({ ...own, cert: own.cert + middle.ca });
    const session = seen(await tlsOf().look(serverAt(port), never));
    expect(session.distrust).toBeUndefined();
    expect(subjects(session)).toEqual(["CN=mail.test", "CN=Middle"]);
    const lonely = await tlsServer(own);
    expect(seen(await tlsOf().look(serverAt(lonely), never)).distrust).toBeDefined();
  });

  it("tells the authority above among what the server sent, and never from this machine's own", async () => {
    const middle = authority.intermediate("Middle");
    const own = middle.issue(["mail.test"]);
    const chainSent = async (...above: readonly string[]) => {
      const port = await tlsServer({ ...own, cert: own.cert + above.join("") });
      return subjects(seen(await tlsOf().look(serverAt(port), never)));
    };
    const root = "CN=Test authority";
    expect(await chainSent(middle.ca)).not.toContain(root);
    const whole = ["CN=mail.test", "CN=Middle", root];
    expect(await chainSent(middle.ca, authority.ca)).toEqual(whole);
    const stranger = authority.intermediate("Stranger").ca;
    expect(await chainSent(authority.ca, stranger, own.cert, middle.ca)).toEqual(whole);
  });

  it("sees a server that knows TLS 1.0 only", async () => {
    const port = await tlsServer({ ...only("TLSv1"), ciphers: "ALL:@SECLEVEL=0" });
    expect(seen(await tlsOf().look(serverAt(port), never)).version).toBe("TLSv1");
  });

  it("keeps the OCSP response that comes with the handshake", async () => {
    const response = Buffer.from("not read here");
    const session = seen(await tlsOf().look(serverAt(await tlsServer({}, response)), never));
    expect(session.staple).toEqual(response);
  });

  it("reads a weak key and must-staple", async () => {
    const weak = authority.issue(["mail.test"], undefined, { rsaBits: 1024, mustStaple: true });
    const port = await tlsServer({ ...weak, ciphers: "ALL:@SECLEVEL=0" });
    const [leaf] = seen(await tlsOf().look(serverAt(port), never)).chain;
    expect(readCertificate(leaf ?? new Uint8Array())).toMatchObject({
      key: "RSA 1024",
      isKeyWeak: true,
      mustStaple: true,
    });
  });

  it.each([
    ["is not offered", { capabilities: ["SIZE"] }, /not among/],
    ["is blotted out on the way", { capabilities: ["XXXXXXXA", "SIZE"] }, /firewall strips/],
    ["is declined", { answer: "454 4.7.0 TLS not available" }, /454 4.7.0/],
  ])("says that STARTTLS %s", async (_name, script, detail) => {
    const { port } = await smtpTlsServer({ tls: identity, ...script });
    const look = await tlsOf().look(serverAt(port, { tls: "starttls" }), never);
    expect(look).toMatchObject({ kind: "no-starttls" });
    expect(detailOf(look)).toMatch(detail);
  });

  it("notices answers slipped in behind the one to STARTTLS, and does not read them as TLS", async () => {
    const { port } = await smtpTlsServer({ tls: identity, answer: "220 go\r\n250 PIPELINING" });
    const session = seen(await tlsOf().look(serverAt(port, { tls: "starttls" }), never));
    expect(session.clear?.saidMore).toBe(true);
  });

  it.each([
    ["does not want us", "554 go away", "rejected", /554 go away/],
    ["is no SMTP server", "SSH-2.0-OpenSSH", "protocol", /SMTP/],
  ] as const)("does not know of one that %s", async (_name, greeting, why, detail) => {
    const { port } = await smtpTlsServer({ tls: identity, greeting });
    const look = await tlsOf().look(serverAt(port, { tls: "starttls" }), never);
    expect(look).toMatchObject({ kind: "failed", why });
    expect(detailOf(look)).toMatch(detail);
  });

  it("says that the server refuses the name, and does not take that for something else than TLS", async () => {
    // A fatal alert 112, unrecognized_name (RFC 6066 §3).
    const alert = Buffer.from([21, 3, 3, 0, 2, 2, 112]);
    const { port } = await scriptServer((socket) => socket.once("data", () => socket.end(alert)));
    const look = await tlsOf().look(serverAt(port), never);
    expect(look).toMatchObject({ kind: "refused" });
    expect(detailOf(look)).toMatch(/^it refuses the server name that we ask for \(SNI\), ERR_SSL_/);
  });

  it("says that no TLS comes about where plain text answers", async () => {
    const { port } = await scriptServer((socket) => socket.write("220 hello\r\n"));
    expect(await tlsOf().look(serverAt(port), never)).toMatchObject({ kind: "refused" });
  });
});

describe("hostile servers", () => {
  it.each(["implicit", "starttls"] as const)("that stall are given up: %s", async (tls) => {
    const { port } = await scriptServer(() => undefined);
    const quick = tlsOf({ greetingMs: 30, handshakeMs: 30 });
    const look = await quick.look(serverAt(port, { tls }), never);
    expect(look).toMatchObject({ kind: "failed", why: "timeout" });
  });

  it("that hang up during the handshake tell nothing", async () => {
    const { port } = await scriptServer((socket) => socket.once("data", () => socket.destroy()));
    const look = await tlsOf().look(serverAt(port), never);
    expect(look).toMatchObject({ kind: "failed", why: "closed" });
  });

  it("that talk without end are cut off", async () => {
    const server = await scriptServer((socket) => flood(socket, "220-and another thing\r\n"));
    const look = await tlsOf().look(serverAt(server.port, { tls: "starttls" }), never);
    expect(look).toMatchObject({ kind: "failed", why: "protocol" });
    await server.allClosed();
  });

  it("that nobody runs are unreachable", async () => {
    const { port } = await scriptServer(() => undefined);
    const look = await tlsOf().look(serverAt(port === 1 ? 2 : 1), never);
    expect(look).toMatchObject({ kind: "failed", why: "unreachable" });
  });

  it("are left at once when the signal says so", async () => {
    const server = await scriptServer((socket) => socket.resume());
    const stop = new AbortController();
    const look = tlsOf().look(serverAt(server.port), stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(look).rejects.toThrow("enough");
    await server.allClosed();
  });
});

describe("a survey", () => {
  it("finds nothing old or weak at a server with today's defaults", async () => {
    expect(await surveyed(await tlsServer({}))).toEqual({
      versions: {
        TLSv1: "refused",
        "TLSv1.1": "refused",
        "TLSv1.2": "offered",
        "TLSv1.3": "offered",
      },
      nullSuites: "refused",
      anonymousSuites: "refused",
      dhBits: undefined,
      injection: "closed",
    });
  });

  it.each(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const)(
    "tells %s apart",
    async (version) => {
      const { versions } = await surveyed(
        await tlsServer({ ...only(version), ciphers: "ALL:@SECLEVEL=0" }),
      );
      const others = {
        TLSv1: "refused",
        "TLSv1.1": "refused",
        "TLSv1.2": "refused",
        "TLSv1.3": "refused",
      };
      expect(versions).toEqual({ ...others, [version]: "offered" });
    },
  );

  it("finds suites without encryption and without certificate", async () => {
    const port = await tlsServer({ ciphers: "aNULL:eNULL:@SECLEVEL=0", maxVersion: "TLSv1.2" });
    expect(await surveyed(port)).toMatchObject({
      nullSuites: "offered",
      anonymousSuites: "offered",
    });
  });

  it("measures a small Diffie-Hellman group", async () => {
    const rsa = authority.issue(["mail.test"], undefined, { rsaBits: 2048 });
    const ciphers = "DHE-RSA-AES128-SHA:@SECLEVEL=0";
    const port = await tlsServer({
      ...rsa,
      ciphers,
      dhparam: oakleyGroup2(),
      maxVersion: "TLSv1.2",
    });
    expect(await surveyed(port)).toMatchObject({ dhBits: 1024 });
  });

  it.each([
    [true, "open"],
    [false, "closed"],
  ])("sees whether commands are carried over into TLS: %s", async (carriesOver, injection) => {
    const commands: string[] = [];
    const { port } = await smtpTlsServer({
      tls: identity,
      carriesOver,
      onCommand: (line) => commands.push(line),
    });
    expect(await surveyed(port, "starttls")).toMatchObject({ injection });
    expect(commands).toContain("HELP");
  });

  it.each([
    "421 4.7.0 Error: too many new TLS sessions",
    "503 5.5.1 already said",
    "550 5.7.1 helo rejected",
    "220 mail.test once more\r\n250 mail.test",
  ])("takes no answer of another kind for one to what it smuggled: %s", async (EHLO) => {
    const { port } = await smtpTlsServer({ tls: identity, secureReplies: { EHLO } });
    const server = serverAt(port, { tls: "starttls" });
    const { injection } = await tlsOf({ replyMs: 100 }).survey(server, never);
    expect(injection).toBe("unknown");
  });

  it("knows nothing about a server that hangs up each time", async () => {
    const { port } = await scriptServer((socket) => socket.once("data", () => socket.destroy()));
    const { versions, nullSuites } = await surveyed(port);
    expect(new Set([...Object.values(versions), nullSuites])).toEqual(new Set(["unknown"]));
  });

  it("never has more than two connections at once, whoever asks", async () => {
    let now = 0;
    let most = 0;
    const { port } = await scriptServer((socket) => {
      most = Math.max(most, (now += 1));
      socket.on("close", () => (now -= 1));
      setTimeout(() => socket.destroy(), 10);
    });
    const tls = tlsOf();
    await Promise.all([tls.survey(serverAt(port), never), tls.look(serverAt(port), never)]);
    expect(most).toBe(2);
  });
});

it("gives the same answer again for a while, and to all who ask at once", async () => {
  const server = await smtpTlsServer({ tls: identity });
  const tls = tlsOf();
  const what = serverAt(server.port, { tls: "starttls" });
  await Promise.all([tls.look(what, never), tls.look(what, never)]);
  await tls.look(what, never);
  expect(server.connections).toHaveLength(1);
});

it("knows the addresses of this machine's names, and none of others", async () => {
  expect(await tlsOf().addressesOf("127.0.0.1", never)).toEqual(["127.0.0.1"]);
  expect(await tlsOf().addressesOf("localhost", never)).toContain("127.0.0.1");
  expect(await tlsOf().addressesOf("no such name", never)).toEqual([]);
});

function seen(look: TlsLook): TlsSession {
  expect(look).toMatchObject({ kind: "seen" });
  if (look.kind !== "seen") throw new Error(detailOf(look));
  return look.session;
}

function subjects({ chain }: TlsSession) {
  return chain.map((each) => readCertificate(each)?.x509.subject);
}

function detailOf(look: TlsLook): string {
  return "detail" in look ? look.detail : "";
}

function surveyed(port: number, tls: "implicit" | "starttls" = "implicit") {
  return tlsOf().survey(serverAt(port, { tls }), never);
}

function only(version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3") {
  return { minVersion: version, maxVersion: version };
}

/** The 1024-bit group of RFC 2409 §6.2. */
function oakleyGroup2(): string {
  const prime = Buffer.concat([Buffer.from([0]), createDiffieHellmanGroup("modp2").getPrime()]);
  const base64 = der.sequence(der.tagged(0x02, prime), der.integer(2)).toString("base64");
  return `-----BEGIN DH PARAMETERS-----\n${base64}\n-----END DH PARAMETERS-----\n`;
}
