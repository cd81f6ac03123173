import { describe, expect, it } from "vitest";
import type { WatchedEndpoint } from "../../../src/domain/endpoint.ts";
import { tls } from "../../../src/probes/tls/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, clearText, literalTls, session } from "../../fakes/looks.ts";
import { route, runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const V4 = "10.0.0.25";
const NAME = "imap.example.org";
const authority = createAuthority();
const NOW = Date.now();
const { cert } = authority.issue([NAME]);
const fine = inClear(["IMAP4REV1", "STARTTLS", "LOGINDISABLED"]);

describe("probes/tls at endpoints of the config file", () => {
  it("looks at each as configured, and is content with a healthy one", async () => {
    const { verdict, looked } = await at({ port: 143, tls: "starttls" }, fine);
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(verdict?.samples.map(({ labels }) => labels)).toContainEqual({
      host: V4,
      port: "143",
    });
    expect(looked).toEqual([
      {
        address: V4,
        port: 143,
        protocol: "imap",
        tls: "starttls",
        servername: NAME,
        ca: authority.ca,
      },
    ]);
  });

  it.each<[string, Partial<WatchedEndpoint>, string, Appearance, string]>([
    [
      "a missing STARTTLS of IMAP, with Dovecot's setting",
      { port: 143, tls: "starttls" },
      "tls-starttls-missing",
      { look: { kind: "no-starttls", clear: clearText([]), detail: "it is not there" } },
      "it is not there (Dovecot: ssl = required",
    ],
    [
      "a missing STARTTLS for users, with Postfix's setting",
      { port: 587, protocol: "submission", tls: "starttls" },
      "tls-starttls-missing",
      { look: { kind: "no-starttls", clear: clearText([]), detail: "it is not there" } },
      "it is not there (Postfix: smtpd_tls_security_level = encrypt",
    ],
    [
      "old versions, with Dovecot's setting",
      {},
      "tls-old-versions",
      {
        ...fine,
        survey: {
          versions: {
            TLSv1: "offered",
            "TLSv1.1": "refused",
            "TLSv1.2": "offered",
            "TLSv1.3": "offered",
          },
        },
      },
      "TLSv1 (Dovecot: ssl_min_protocol = TLSv1.2)",
    ],
    [
      "anonymous suites",
      {},
      "tls-weak-suites",
      { ...fine, survey: { anonymousSuites: "offered" } },
      "Dovecot",
    ],
    [
      "an authority that nobody knows",
      {},
      "tls-certificate-untrusted",
      { look: session([cert], { distrust: "SELF_SIGNED_CERT_IN_CHAIN", clear: undefined }) },
      "authority",
    ],
    [
      "the same at a server for servers, where it matters less",
      { port: 2525, protocol: "smtp", tls: "starttls" },
      "tls-mx-certificate-unverified",
      {
        look: session([cert], {
          distrust: "SELF_SIGNED_CERT_IN_CHAIN",
          clear: clearText(["STARTTLS"]),
        }),
      },
      "authority",
    ],
    [
      "another name",
      { servername: "mail.example.org" },
      "tls-certificate-name",
      fine,
      "not to mail.example.org",
    ],
    [
      "logins before TLS in IMAP",
      { port: 143, tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["IMAP4REV1", "STARTTLS"]),
      "LOGINDISABLED is not among its capabilities before STARTTLS (Dovecot: ",
    ],
    [
      "PLAIN before TLS in IMAP",
      { port: 143, tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["STARTTLS", "LOGINDISABLED", "AUTH=PLAIN"]),
      "AUTH=PLAIN is among",
    ],
    [
      "USER before TLS in POP3",
      { port: 110, protocol: "pop3", tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["TOP", "USER", "STLS"]),
      "USER is among the answers to CAPA before STLS",
    ],
    [
      "PLAIN before TLS in POP3",
      { port: 110, protocol: "pop3", tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["SASL CRAM-MD5 PLAIN", "STLS"]),
      "SASL CRAM-MD5 PLAIN is among",
    ],
    [
      "AUTH before TLS in SMTP",
      { port: 587, protocol: "submission", tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["STARTTLS", "AUTH PLAIN"]),
      "Postfix: smtpd_tls_auth_only = yes",
    ],
    [
      "LOGIN among others before TLS in SMTP",
      { port: 587, protocol: "submission", tls: "starttls" },
      "tls-auth-in-clear",
      inClear(["STARTTLS", "AUTH=NTLM LOGIN CRAM-MD5"]),
      "AUTH=NTLM LOGIN CRAM-MD5 is among the answers to EHLO before STARTTLS",
    ],
    [
      "answers slipped in",
      { port: 143, tls: "starttls" },
      "tls-injection",
      inClear(["STARTTLS", "LOGINDISABLED"], { saidMore: true }),
      "more came in the clear",
    ],
  ])("finds this and nothing else: %s", async (_, over, kind, appearance, detail) => {
    const { verdict, name } = await at(over, appearance);
    expect(verdict?.findings).toMatchObject([{ kind, subject: name }]);
    expect(verdict?.findings[0]?.detail).toContain(detail);
  });

  it.each<[string, Partial<WatchedEndpoint>, Appearance]>([
    [
      "what Dovecot tells its own machine",
      { port: 143, tls: "starttls" },
      inClear(["STARTTLS", "AUTH=PLAIN"], { isFromItself: true }),
    ],
    [
      "mechanisms that hide the password",
      { port: 143, tls: "starttls" },
      inClear(["LOGINDISABLED", "AUTH=GSSAPI"]),
    ],
    [
      "the same in SMTP",
      { port: 587, protocol: "submission", tls: "starttls" },
      inClear(["STARTTLS", "AUTH GSSAPI NTLM SCRAM-SHA-1-PLAINER"]),
    ],
    [
      "no mechanisms in POP3",
      { port: 110, protocol: "pop3", tls: "starttls" },
      inClear(["SASL", "STLS", "UIDL"]),
    ],
    [
      "a word that only begins so",
      { port: 110, protocol: "pop3", tls: "starttls" },
      inClear(["SASL PLAINER", "USERS", "STLS"]),
    ],
  ])("finds nothing: %s", async (_, over, appearance) => {
    expect((await at(over, appearance)).verdict?.findings).toEqual([]);
  });

  it("goes by the TLSA records of a server for servers", async () => {
    const self = {
      look: session([authority.ca], {
        distrust: "DEPTH_ZERO_SELF_SIGNED_CERT",
        clear: clearText(["STARTTLS"]),
      }),
    };
    const net = { ...literalTls({ [V4]: self }), addressesOf: () => Promise.resolve([V4]) };
    const pin = { usage: 3, selector: 1, matchingType: 1, data: "0".repeat(64) };
    const zone: LiteralZone = { "_2525._tcp.mx.example.org": { TLSA: [pin], authenticated: true } };
    const endpoints = [
      endpoint({
        host: "mx.example.org",
        servername: undefined,
        port: 2525,
        protocol: "smtp",
        tls: "starttls",
      }),
    ];
    const verdicts = await runProbe(tls, zone, { endpoints, now: NOW, net: { tls: net } });
    expect(verdicts.get("tls server=mx.example.org:2525")?.findings).toEqual([]);
  });

  it("looks at an MX host that a route hands mail to without TLS", async () => {
    const zone: LiteralZone = {
      "example.org": { MX: [{ preference: 10, exchange: "mx.example.org" }] },
      "mx.example.org": { A: [V4] },
    };
    const net = literalTls({ [V4]: fine });
    const smtp = { ...route().smtp, host: "mx.example.org", port: 25, tls: "none" as const };
    await runProbe(tls, zone, { routes: [{ smtp }], now: NOW, net: { tls: net } });
    expect(net.looked).toMatchObject([{ port: 25, protocol: "smtp", tls: "starttls" }]);
  });

  it("looks at an MX host once where it is an endpoint as well", async () => {
    const zone: LiteralZone = {
      "example.org": { MX: [{ preference: 10, exchange: "mx.example.org" }] },
      "mx.example.org": { A: [V4] },
    };
    const tlsNet = { ...literalTls({ [V4]: fine }), addressesOf: () => Promise.resolve([V4]) };
    const endpoints = [
      endpoint({ host: "mx.example.org", port: 25, protocol: "smtp", tls: "starttls" }),
    ];
    const routes = [{ smtp: { ...route().smtp, tls: "none" as const } }];
    await runProbe(tls, zone, { routes, endpoints, now: NOW, net: { tls: tlsNet } });
    expect(tlsNet.looked).toMatchObject([{ port: 25, ca: authority.ca }]);
  });
});

function endpoint(over: Partial<WatchedEndpoint>): WatchedEndpoint {
  const usual = { port: 993, protocol: "imap", tls: "implicit" } as const;
  return { host: V4, ...usual, servername: NAME, ca: authority.ca, ...over };
}

async function at(over: Partial<WatchedEndpoint>, appearance: Appearance) {
  const one = endpoint(over);
  const net = literalTls({ [V4]: appearance });
  const routes = [{ smtp: { ...route().smtp, tls: "none" as const } }];
  const verdicts = await runProbe(
    tls,
    {},
    { routes, endpoints: [one], now: NOW, net: { tls: net } },
  );
  const name = `${one.host}:${one.port}`;
  return { verdict: verdicts.get(`tls server=${name}`), looked: net.looked, name };
}

function inClear(capabilities: readonly string[], over = {}): Appearance {
  return { look: session([cert, authority.ca], { clear: clearText(capabilities, over) }) };
}
