import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Credentials, PasswordCredentials } from "../../src/domain/endpoint.ts";
import { Secret } from "../../src/domain/secret.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { flood, onLine, scriptServer } from "../fakes/script-server.ts";
import { submitTo } from "./submit.ts";

const authority = createAuthority();
const ours = authority.issue(["127.0.0.1"]);
const trusted = { ca: authority.ca };

describe("TLS", () => {
  it.each(["implicit", "starttls"] as const)("protects the whole session: %s", async (tls) => {
    const server = await realServer({ secure: tls === "implicit" });
    expect(await submitTo({ ...server, ...trusted, tls })).toMatchObject({ kind: "accepted" });
    expect(server.sessions).toEqual([{ secure: true, user: undefined }]);
  });

  it("is left alone where the operator wants none", async () => {
    const server = await realServer({});
    expect(await submitTo({ ...server, tls: "none" })).toMatchObject({ kind: "accepted" });
    expect(server.sessions).toEqual([{ secure: false, user: undefined }]);
  });

  it.each(["implicit", "starttls"] as const)(
    "needs a certificate that we trust: %s",
    async (tls) => {
      const server = await realServer({ secure: tls === "implicit" });
      expect(await submitTo({ ...server, tls })).toMatchObject({
        kind: "deferred",
        stage: "tls",
        reason: expect.stringMatching(/UNABLE_TO_VERIFY_LEAF_SIGNATURE.*not trusted/) as string,
      });
      expect(server.sessions).toEqual([]);
    },
  );

  it.each(["implicit", "starttls"] as const)(
    "needs a certificate for the name: %s",
    async (tls) => {
      const server = await realServer({
        secure: tls === "implicit",
        ...authority.issue(["mail.example.org"]),
      });
      expect(await submitTo({ ...server, ...trusted, tls })).toMatchObject({
        kind: "deferred",
        stage: "tls",
        reason: expect.stringMatching(/other names.*servername/) as string,
      });
      const servername = "mail.example.org";
      expect(await submitTo({ ...server, ...trusted, tls, servername })).toMatchObject({
        kind: "accepted",
      });
    },
  );

  it("is never done without: a server that does not offer STARTTLS gets nothing", async () => {
    const server = await realServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await submitTo({ ...server, tls: "starttls", auth: password("right") })).toMatchObject({
      kind: "deferred",
      stage: "tls",
      reason: expect.stringMatching(/does not offer STARTTLS/) as string,
      reply: { code: 500 },
    });
    expect(server.sessions).toEqual([]);
  });

  it("is recognised where it is expected and not spoken", async () => {
    const server = await realServer({});
    expect(await submitTo({ ...server, tls: "implicit" })).toMatchObject({
      kind: "deferred",
      stage: "tls",
      reason: expect.stringMatching(/starttls/) as string,
    });
  });

  it.each(["implicit", "starttls"] as const)(
    "that never ends its handshake is given up: %s",
    async (tls) => {
      const server = await scriptServer((socket) => {
        if (tls === "starttls") socket.write("220 mx\r\n");
        onLine(socket, (line) => {
          if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 STARTTLS\r\n");
          if (line === "STARTTLS") socket.write("220 Go on\r\n");
        });
      });
      const limits = { connectMs: 300, greetingMs: 800 };
      expect(await submitTo({ ...server, tls }, { limits })).toMatchObject({
        kind: "deferred",
        stage: "tls",
        reason: expect.stringMatching(/did not end in time/) as string,
      });
      await server.allClosed();
    },
  );

  it("does not hide a server that talks without end", async () => {
    const server = await scriptServer((socket) => {
      socket.write("220 mx\r\n");
      onLine(socket, (line) => {
        if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 STARTTLS\r\n");
        if (line !== "STARTTLS") return;
        socket.removeAllListeners("data");
        socket.write("220 Go on\r\n");
        const secure = new TLSSocket(socket, { isServer: true, ...ours });
        secure.on("error", () => undefined);
        secure.once("secure", () => flood(secure, "\r\n"));
      });
    });
    expect(await submitTo({ ...server, ...trusted, tls: "starttls" })).toMatchObject({
      kind: "deferred",
      stage: "connect",
      reason: expect.stringMatching(/talks without end/) as string,
    });
    await server.allClosed();
  });

  it("discards what was smuggled in before it (RFC 3207 §6)", async () => {
    const server = await scriptServer((socket) => {
      socket.write("220 mx\r\n");
      onLine(socket, (line) => {
        if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 STARTTLS\r\n");
        if (line === "STARTTLS") socket.write("220 Go on\r\n250 AUTH PLAIN\r\n");
      });
    });
    const answer = await submitTo({ ...server, tls: "starttls" }, { limits: { greetingMs: 800 } });
    expect(answer).toMatchObject({ kind: "deferred", stage: "tls" });
  });
});

describe("login", () => {
  it.each(["plain", "login", undefined] as const)("with a password: %s", async (method) => {
    const server = await realServer({ secure: true });
    const auth = password("right", method);
    expect(await submitTo({ ...server, ...trusted, tls: "implicit", auth })).toMatchObject({
      kind: "accepted",
    });
    expect(server.sessions).toEqual([{ secure: true, user: `canary/${method ?? "plain"}` }]);
  });

  it("takes the mechanism that the server has", async () => {
    const server = await realServer({ secure: true, authMethods: ["LOGIN"] });
    const auth = password("right");
    await submitTo({ ...server, ...trusted, tls: "implicit", auth });
    expect(server.sessions).toEqual([{ secure: true, user: "canary/login" }]);
  });

  it("with a wrong password is refused, and the password is not in the answer", async () => {
    const server = await realServer({ secure: true });
    const auth = password("wrong-password");
    const answer = await submitTo({ ...server, ...trusted, tls: "implicit", auth });
    expect(answer).toMatchObject({ kind: "refused", stage: "login", reply: { code: 535 } });
    expect(server.sessions).toEqual([]);
  });

  it("blots out secrets that a server sends back, in every form", async () => {
    const forms = ["s3cret", btoa("s3cret"), btoa("\0canary\0s3cret")];
    const server = await scriptServer((socket) => {
      socket.write("220 mx\r\n");
      onLine(socket, (line) => {
        if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 AUTH PLAIN\r\n");
        if (line.startsWith("AUTH")) socket.write(`535 5.7.8 I do not like ${forms.join(" ")}\r\n`);
        if (line === "QUIT") socket.end();
      });
    });
    const answer = await submitTo({ ...server, auth: password("s3cret") });
    expect(answer).toMatchObject({ reply: { text: "I do not like [secret] [secret] [secret]" } });
    for (const form of forms) expect(JSON.stringify(answer)).not.toContain(form);
  });

  it("blots out secrets in an answer that is no reply", async () => {
    const server = await scriptServer((socket) => {
      socket.write("220 mx\r\n");
      onLine(socket, (line) => {
        if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 AUTH PLAIN\r\n");
        if (line.startsWith("AUTH")) socket.write("what is s3cret?\r\n");
      });
    });
    const limits = { farewellMs: 20 };
    const answer = await submitTo({ ...server, auth: password("s3cret") }, { limits });
    expect(answer).toMatchObject({ kind: "deferred", stage: "login" });
    expect(answer).toHaveProperty("reason", expect.stringContaining("[secret]"));
    expect(JSON.stringify(answer)).not.toContain("s3cret");
  });

  it("that the server puts off is put off", async () => {
    const server = await scriptServer((socket) => {
      socket.write("220 mx\r\n");
      onLine(socket, (line) => {
        if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 AUTH PLAIN\r\n");
        if (line.startsWith("AUTH")) socket.write("454 4.7.0 Temporary failure\r\n");
        if (line === "QUIT") socket.end();
      });
    });
    expect(await submitTo({ ...server, auth: password("right") })).toMatchObject({
      kind: "deferred",
      stage: "login",
      reply: { code: 454, enhanced: "4.7.0" },
    });
  });
});

describe("login with OAuth2", () => {
  it("hands over an access token", async () => {
    const server = await realServer({ secure: true, authMethods: ["XOAUTH2"] });
    const submitted = submitTo(
      { ...server, ...trusted, tls: "implicit", auth: oauth2() },
      { accessToken: () => Promise.resolve("good-token") },
    );
    expect(await submitted).toMatchObject({ kind: "accepted" });
    expect(server.sessions).toEqual([{ secure: true, user: "canary/xoauth2" }]);
  });

  it("is refused with the server's words, challenge or not, and without the token", async () => {
    const server = await realServer({ secure: true, authMethods: ["XOAUTH2"] });
    const answer = await submitTo(
      { ...server, ...trusted, tls: "implicit", auth: oauth2() },
      { accessToken: () => Promise.resolve("stale-token") },
    );
    expect(answer).toMatchObject({ kind: "refused", stage: "login", reply: { code: 535 } });
    expect(JSON.stringify(answer)).not.toContain("stale-token");
  });

  it("is put off when there is no token, and the server is not bothered", async () => {
    const server = await scriptServer(() => undefined);
    const tokenUrl = `http://127.0.0.1:${server.port}/`;
    expect(
      await submitTo({ port: 1, auth: oauth2(tokenUrl) }, { limits: { totalMs: 500 } }),
    ).toMatchObject({ kind: "deferred", stage: "login" });
    expect(await submitTo({ port: 1, auth: oauth2("http://login.example.org/") })).toMatchObject({
      kind: "deferred",
      stage: "login",
      reason: expect.stringMatching(/https/) as string,
    });
  });
});

function password(text: string, method?: PasswordCredentials["method"]): Credentials {
  return { kind: "password", user: "canary", password: new Secret(text), method };
}

function oauth2(tokenUrl = "https://login.example.org/token"): Credentials {
  return {
    kind: "oauth2",
    user: "canary",
    tokenUrl,
    clientId: "us",
    clientSecret: undefined,
    refreshToken: new Secret("r0"),
    scope: undefined,
  };
}

/** A server of a well-kept library, which knows the password `right` and the token `good-token`. */
async function realServer(options: SMTPServerOptions) {
  const sessions: { secure: boolean; user: string | undefined }[] = [];
  const server = new SMTPServer({
    ...ours,
    authOptional: true,
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth(auth, _session, done) {
      const isGood = auth.password === "right" || auth.accessToken === "good-token";
      const method = auth.method.toLowerCase();
      if (isGood) done(null, { user: `${auth.username ?? ""}/${method}` });
      else done(Object.assign(new Error("Wrong password or token"), { responseCode: 535 }));
    },
    onMailFrom(_address, session, done) {
      const user = typeof session.user === "string" ? session.user : undefined;
      sessions.push({ secure: session.secure, user });
      done();
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, sessions };
}
