import { describe, expect, it } from "vitest";
import { MailboxError } from "../../src/domain/net.ts";
import { Secret } from "../../src/domain/secret.ts";
import type { Seed } from "../../src/domain/seed.ts";
import { createClock } from "../../src/net/clock.ts";
import { createMailboxes } from "../../src/net/imap.ts";
import { TokenError } from "../../src/net/oauth-error.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { never, scriptedMailboxes } from "../fakes/imap-client.ts";
import {
  scriptSeed,
  startImapScript,
  type ImapScript,
  type SeedOptions,
} from "../fakes/imap-script.ts";

const authority = createAuthority();
const identity = authority.issue(["127.0.0.1"]);
const STARTTLS = "IMAP4rev1 AUTH=PLAIN STARTTLS";

async function login(script: ImapScript, seedOptions: Partial<SeedOptions> = {}) {
  await using server = await startImapScript(script);
  const seed = scriptSeed({ port: server.port, ...seedOptions });
  let error: MailboxError | undefined;
  try {
    await using _session = await scriptedMailboxes({ loginMs: 2000 }).open(seed, never);
  } catch (thrown) {
    if (!(thrown instanceof MailboxError)) throw thrown;
    error = thrown;
  }
  await expect.poll(() => server.openSockets()).toBe(0);
  return { error, lines: server.lines };
}

function refusing(words: string): ImapScript {
  return {
    capabilities: "IMAP4rev1",
    answer: ({ name, tag }) => (name === "LOGIN" ? `${tag} ${words}\r\n` : undefined),
  };
}

describe("TLS", () => {
  it("is spoken from the first byte where it is implicit", async () => {
    const { error } = await login({ tls: identity }, { tls: "implicit", ca: authority.ca });
    expect(error).toBeUndefined();
  });

  it("is started, and the login comes after", async () => {
    const { error, lines } = await login(
      { tls: identity, capabilities: STARTTLS },
      { tls: "starttls", ca: authority.ca },
    );
    expect(error).toBeUndefined();
    // What was said before TLS counts for nothing (RFC 9051 §6.2.1).
    expect(lines.slice(0, 4)).toEqual([
      "CAPABILITY",
      "STARTTLS",
      "CAPABILITY",
      "AUTHENTICATE PLAIN",
    ]);
  });

  it.each<[string, ImapScript]>([
    ["does not offer STARTTLS", { capabilities: "IMAP4rev1 AUTH=PLAIN" }],
    ["greets with PREAUTH", { greeting: "* PREAUTH hello\r\n", capabilities: STARTTLS }],
    [
      "refuses STARTTLS",
      {
        capabilities: STARTTLS,
        answer: ({ name, tag }) => (name === "STARTTLS" ? `${tag} NO\r\n` : undefined),
      },
    ],
    [
      "slips in words before TLS",
      {
        capabilities: STARTTLS,
        answer: ({ name, tag }) =>
          name === "STARTTLS" ? `${tag} OK\r\n* CAPABILITY IMAP4rev1\r\n` : undefined,
      },
    ],
  ])("is never given up: no login with a server that %s", async (_, script) => {
    const { error, lines } = await login(script, { tls: "starttls", ca: authority.ca });
    expect(error).toMatchObject({ reason: "tls" });
    expect(lines.join()).not.toMatch(/LOGIN|AUTHENTICATE/);
  });

  it("is not to blame when the server hangs up in the middle of the handshake", async () => {
    const { error } = await login(
      {
        capabilities: STARTTLS,
        answer: ({ name, tag }, session) => {
          if (name === "STARTTLS") setTimeout(() => session.hangUp(), 20);
          return name === "STARTTLS" ? `${tag} OK go on\r\n` : undefined;
        },
      },
      { tls: "starttls", ca: authority.ca },
    );
    expect(error).toMatchObject({ reason: "unreachable" });
  });

  it("is not started where the operator wants none", async () => {
    const { error, lines } = await login(
      { tls: identity, capabilities: STARTTLS },
      { tls: "none" },
    );
    expect(error).toBeUndefined();
    expect(lines).not.toContain("STARTTLS");
  });

  it.each([
    ["of an unknown authority", createAuthority().issue(["127.0.0.1"])],
    ["made out to another", authority.issue(["imap.example.org"])],
    [
      "that has ended",
      authority.issue(["127.0.0.1"], { notBefore: new Date(0), notAfter: new Date(1e12) }),
    ],
  ])("is not trusted with a certificate %s", async (_, tls) => {
    for (const mode of ["implicit", "starttls"] as const) {
      const capabilities = mode === "starttls" ? STARTTLS : "IMAP4rev1 AUTH=PLAIN";
      const { error, lines } = await login({ tls, capabilities }, { tls: mode, ca: authority.ca });
      expect(error).toMatchObject({ reason: "tls" });
      expect(error?.message).toMatch(/certificate/);
      expect(lines.join()).not.toMatch(/LOGIN|AUTHENTICATE/);
    }
  });

  it("says what to try on the wrong port", async () => {
    const { error } = await login({}, { tls: "implicit" });
    expect(error).toMatchObject({ reason: "tls" });
    expect(error?.message).toMatch(/try tls: starttls/);
  });
});

describe("a refused login", () => {
  it.each([
    ["imap.example.org", /app password/],
    ["outlook.office365.com", /use OAuth2/],
    ["imap-mail.outlook.com", /use OAuth2/],
    ["imap.gmail.com", /app password.*2-step/],
    ["notoutlook.com", /check user and password/],
  ])("at %s says what to do", async (host, advice) => {
    const { explain } = await import("../../src/net/imap-error.ts");
    const { imap } = scriptSeed({ port: 993, host });
    const failure = Object.assign(new Error("Command failed"), { authenticationFailed: true });
    const { auth } = imap;
    if (auth === undefined) throw new TypeError("no credentials");
    const error = explain(failure, { endpoint: imap, auth, secrets: [] });
    expect(error.reason).toBe("login");
    expect(error.message).toMatch(advice);
  });

  it.each([
    "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
    "NO LOGIN failed.",
    "BAD no",
  ])("is told apart from an unreachable server: %s", async (words) => {
    const { error } = await login(refusing(words));
    expect(error).toMatchObject({ reason: "login" });
    expect(error?.message).toContain(words.replace(/^\S+ (?:\[\S+\] )?/, ""));
  });

  it.each([
    "NO [ALERT] Too many simultaneous connections. (Failure)",
    "NO [UNAVAILABLE] Temporary authentication failure.",
    "NO [LIMIT] later",
    "NO User is authenticated but not connected.",
  ])("for the time being is no wrong password: %s", async (words) => {
    const { error } = await login(refusing(words));
    expect(error).toMatchObject({ reason: "unreachable" });
    expect(error?.message).toMatch(/tries again later/);
  });

  it("says so when the server takes no passwords", async () => {
    const { error, lines } = await login({ capabilities: "IMAP4rev1 LOGINDISABLED" });
    expect(error).toMatchObject({ reason: "login" });
    expect(lines.join()).not.toContain("LOGIN ");
  });

  it("never repeats what the server made of our password", async () => {
    const password = "hunter2, hunter2";
    const plain = Buffer.from(`\0seed@example.org\0${password}`).toString("base64");
    const { error } = await login(
      refusing(`NO you said ${password} that is ${plain}\tand ${password}!`),
      { password },
    );
    expect(error?.message).toContain("you said [secret] that is [secret] and [secret]!");
    expect(JSON.stringify([error, error?.stack, error?.cause])).not.toContain("hunter2");
  });
});

describe("a server that lets nobody in", () => {
  it("is unreachable when it says goodbye, in its own words", async () => {
    const { error } = await login({ greeting: "* BYE Too many connections from your IP\r\n" });
    expect(error).toMatchObject({ reason: "unreachable" });
    expect(error?.message).toContain("Too many connections from your IP");
  });

  it("is unreachable when nobody listens", async () => {
    const server = await startImapScript();
    await server[Symbol.asyncDispose]();
    const opening = scriptedMailboxes().open(scriptSeed(server), never);
    await expect(opening).rejects.toMatchObject({ reason: "unreachable" });
    await expect(opening).rejects.toThrow(/ECONNREFUSED/);
  });

  it("is unreachable when its name is unknown", async () => {
    const seed = scriptSeed({ port: 1, host: "nowhere.invalid" });
    const opening = scriptedMailboxes().open(seed, never);
    await expect(opening).rejects.toMatchObject({ reason: "unreachable" });
  });
});

describe("a login with OAuth2", () => {
  const withToken = (seed: Seed, accessToken: () => Promise<string>, expiresAt?: number) => {
    const auth = {
      kind: "oauth2",
      user: "seed@example.org",
      tokenUrl: "https://example.org/token",
      clientId: "client",
      clientSecret: undefined,
      refreshToken: new Secret("refresh"),
      scope: undefined,
    } as const;
    const mailboxes = createMailboxes({
      clock: createClock(),
      tokens: { accessToken, expiresAt: () => expiresAt },
    });
    const oauthSeed = { ...seed, imap: { ...seed.imap, auth } };
    return { auth, mailboxes, open: (signal = never) => mailboxes.open(oauthSeed, signal) };
  };

  it("sends the access token, and no password", async () => {
    await using server = await startImapScript({ capabilities: "IMAP4rev1 AUTH=XOAUTH2 SASL-IR" });
    const { open } = withToken(scriptSeed(server), () => Promise.resolve("ya29.token"));
    await using _session = await open();
    const payload = "user=seed@example.org\u0001auth=Bearer ya29.token\u0001\u0001";
    const line = `AUTHENTICATE XOAUTH2 ${Buffer.from(payload).toString("base64")}`;
    expect(server.lines).toContain(line);
  });

  it("that is refused says what to check, without the token", async () => {
    await using server = await startImapScript({
      capabilities: "IMAP4rev1 AUTH=XOAUTH2 SASL-IR",
      answer: ({ name, tag }) =>
        name === "AUTHENTICATE" ? `${tag} NO invalid token ya29.token\r\n` : undefined,
    });
    const { open } = withToken(scriptSeed(server), () => Promise.resolve("ya29.token"));
    const opening = open();
    await expect(opening).rejects.toMatchObject({ reason: "login" });
    await expect(opening).rejects.toThrow(/invalid token \[secret\].*scope covers IMAP/);
  });

  it("fails where the server has none", async () => {
    await using server = await startImapScript({ capabilities: "IMAP4rev1 AUTH=PLAIN" });
    const { open } = withToken(scriptSeed(server), () => Promise.resolve("ya29.token"));
    await expect(open()).rejects.toMatchObject({ reason: "login" });
    expect(server.lines.join()).not.toMatch(/LOGIN|AUTHENTICATE/);
  });

  it("ends before it begins when there is no token", async () => {
    await using server = await startImapScript();
    const refused = () => Promise.reject(new TokenError("login", "Authorise Mailcanary again."));
    const opening = withToken(scriptSeed(server), refused).open();
    await expect(opening).rejects.toMatchObject({
      reason: "login",
      message: "Authorise Mailcanary again.",
    });
    expect(server.lines).toEqual([]);
  });

  it("is aborted while the token is fetched", async () => {
    const abort = new AbortController();
    const { open } = withToken(scriptSeed({ port: 1 }), () => {
      abort.abort();
      return Promise.reject(abort.signal.reason as Error);
    });
    await expect(open(abort.signal)).rejects.toMatchObject({ reason: "aborted" });
  });

  it("knows when the token ends", () => {
    const { auth, mailboxes } = withToken(scriptSeed({ port: 1 }), () => Promise.resolve(""), 42);
    expect(mailboxes.tokenExpiresAt(auth)).toBe(42);
    const password = { kind: "password", user: "u", password: new Secret("p"), method: undefined };
    expect(mailboxes.tokenExpiresAt({ ...password, kind: "password" } as const)).toBeUndefined();
  });
});

describe("a login with a password", () => {
  it.each([
    [undefined, "IMAP4rev1 AUTH=PLAIN AUTH=LOGIN", "AUTHENTICATE PLAIN"],
    [undefined, "IMAP4rev1", 'LOGIN "seed@example.org" "correct horse"'],
    ["plain", "IMAP4rev1 AUTH=PLAIN AUTH=LOGIN", "AUTHENTICATE PLAIN"],
    ["login", "IMAP4rev1 AUTH=PLAIN AUTH=LOGIN", "AUTHENTICATE LOGIN"],
  ] as const)("by method %s, where the server has %s", async (method, capabilities, line) => {
    await using server = await startImapScript({ capabilities });
    const seed = scriptSeed(server);
    const auth = { ...seed.imap.auth, kind: "password", user: "seed@example.org", method } as const;
    const password = new Secret("correct horse");
    const imap = { ...seed.imap, auth: { ...auth, password } };
    await using _session = await scriptedMailboxes().open({ ...seed, imap }, never);
    expect(server.lines).toContain(line);
  });

  it("needs credentials", async () => {
    const seed = scriptSeed({ port: 1 });
    const opening = scriptedMailboxes().open(
      { ...seed, imap: { ...seed.imap, auth: undefined } },
      never,
    );
    await expect(opening).rejects.toMatchObject({ reason: "login" });
  });
});
