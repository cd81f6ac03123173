import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import type { SmtpFace, SmtpServer } from "../../src/domain/smtp-face.ts";
import { createClock } from "../../src/net/clock.ts";
import { createHostPlaces } from "../../src/net/host-places.ts";
import { createSmtpFaces } from "../../src/net/smtp-face.ts";
import { flood, onLine, scriptServer } from "../fakes/script-server.ts";
import { type SmtpScript, smtpTlsServer } from "../fakes/smtp-tls.ts";
import { identity, never } from "./look-at.ts";

const REFUSING = { RCPT: "554 5.7.1 relay access denied", VRFY: "252 2.0.0 try it" };

it("sees names, sizes and refusals, and never says DATA", async () => {
  const commands: string[] = [];
  const face = await lookAt({
    greeting: "220 mail.test ESMTP Postfix",
    capabilities: ["SIZE 10240000", "STARTTLS"],
    replies: REFUSING,
    onCommand: (line) => commands.push(line),
  });
  expect(face).toMatchObject({
    kind: "seen",
    localAddress: "127.0.0.1",
    banner: "mail.test ESMTP Postfix",
    bannerName: "mail.test",
    heloName: "mail.test",
    sizeLimitBytes: 10_240_000,
    vrfyCode: 252,
    relay: [
      { sender: "", recipient: "postmaster@example.com", outcome: "refused" },
      { sender: "postmaster@own.test", outcome: "refused" },
    ],
  });
  expect(commands.map((line) => line.replace(/^EHLO .*/, "EHLO"))).toEqual([
    "EHLO",
    "MAIL FROM:<>",
    "RCPT TO:<postmaster@example.com>",
    "RSET",
    "MAIL FROM:<postmaster@own.test>",
    "RCPT TO:<postmaster@example.com>",
    "RSET",
    "VRFY postmaster",
    "QUIT",
  ]);
});

it.each([
  ["takes the recipient", {}, "accepted"],
  ["refuses the recipient", REFUSING, "refused"],
  ["refuses the sender", { MAIL: "550 no" }, "refused"],
  ["asks to come back", { RCPT: "450 4.2.0 greylisted" }, "unknown"],
  ["asks to come back at the sender", { MAIL: "451 later" }, "unknown"],
])("tells a server that %s", async (_, replies, outcome) => {
  const face = await lookAt({ replies });
  expect(face.kind === "seen" && face.relay.map((each) => each.outcome)).toEqual([
    outcome,
    outcome,
  ]);
});

it.each([
  ["takes the recipient inside TLS", { RCPT: "250 2.1.5 ok" }, "accepted", "250 2.1.5 ok"],
  ["refuses it there", { RCPT: "554 5.7.1 no" }, "refused", "554 5.7.1 no"],
  ["wants a login there", { MAIL: "530 5.7.0 log in" }, "refused", "530 5.7.0 log in"],
])("asks again behind STARTTLS, and tells a server that %s", async (_, inside, outcome, reply) => {
  const commands: string[] = [];
  const face = await lookAt({
    replies: { MAIL: "530 5.7.0 Must issue a STARTTLS command first" },
    secureReplies: { MAIL: "250 ok", ...inside },
    onCommand: (line) => commands.push(line),
  });
  expect(face).toMatchObject({ relay: [{ outcome }, { outcome }] });
  expect(face.kind === "seen" && face.relay[0]?.reply).toBe(`the server said: ${reply}`);
  expect(commands.filter((line) => line === "STARTTLS")).toHaveLength(1);
});

it.each([
  ["TLS does not come about", { answer: "454 4.7.0 not now" }, "unknown"],
  ["there is no TLS to ask for", { capabilities: ["SIZE 1000"] }, "refused"],
])(
  "does not take 530 for a refusal unless it can be nothing else: %s",
  async (_, over, outcome) => {
    const face = await lookAt({ replies: { MAIL: "530 5.7.0 not before this or that" }, ...over });
    expect(face.kind === "seen" && face.relay[0]?.outcome).toBe(outcome);
  },
);

it("talks inside TLS where that comes first", async () => {
  const server = createServer(identity, (socket) => {
    socket.on("error", () => undefined);
    socket.write("220 mail.test ESMTP\r\n");
    onLine(socket, (line) => {
      if (line.startsWith("EHLO")) socket.write("250-mail.test hello\r\n250 SIZE 1000\r\n");
      else socket.write(line.startsWith("RCPT") ? "250 taken\r\n" : "250 ok\r\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect(await lookAtPort(port, 3000, { tls: "implicit" })).toMatchObject({
    kind: "seen",
    localAddress: "127.0.0.1",
    heloName: "mail.test",
    sizeLimitBytes: 1000,
    relay: [{ outcome: "accepted" }, { outcome: "accepted" }],
  });
});

it("does not forget that the recipient was taken by a server that hangs up at RSET", async () => {
  const { port } = await scriptServer((socket) => {
    socket.write("220 mail.test\r\n");
    onLine(socket, (line) => {
      if (line === "RSET") socket.destroy();
      else socket.write("250 mail.test\r\n");
    });
  });
  const face = await lookAtPort(port);
  expect(face).toMatchObject({ kind: "seen", relay: [{ sender: "", outcome: "accepted" }] });
});

it("counts a reply that never comes for as long as was waited", async () => {
  const { port } = await scriptServer((socket) => {
    socket.write("220 mail.test\r\n");
    onLine(socket, (line) => {
      if (!line.startsWith("VRFY")) socket.write(`${replyTo(line)}\r\n`);
    });
  });
  const face = await lookAtPort(port, 3000, {}, 100);
  expect(face).toMatchObject({ kind: "seen", slowestReplyMs: 100, vrfyCode: undefined });
  expect(face.kind === "seen" && face.relay).toHaveLength(2);
});

it.each([
  ["250-mail.test Hello me.test [203.0.113.9]", "203.0.113.9"],
  ["250-mail.test Hello [172.17.0.2] [2001:db8::9], pleased", "2001:db8::9"],
  ["250-mail.test at your service [127.0.0.1", undefined],
  ["250-mail.test", undefined],
])("reads which address the server sees: %s", async (first, seenAs) => {
  const { port } = await scriptServer((socket) => {
    socket.write("220 mail.test\r\n");
    onLine(socket, (line) => {
      socket.write(line.startsWith("EHLO") ? `${first}\r\n250 HELP\r\n` : "550 no\r\n");
    });
  });
  expect(await lookAtPort(port)).toMatchObject({ kind: "seen", seenAs });
});

it("knows the face of a server that hangs up at what comes next", async () => {
  const { port } = await scriptServer((socket) => {
    socket.write("220 mail.test\r\n");
    onLine(socket, (line) => {
      if (line.startsWith("EHLO")) socket.write("250 mail.test\r\n");
      else socket.destroy();
    });
  });
  expect(await lookAtPort(port)).toMatchObject({ kind: "seen", vrfyCode: undefined, relay: [] });
});

it.each([
  ["does not want us", "554 5.7.1 you are listed", "rejected"],
  ["is no SMTP server", "HTTP/1.1 400 Bad Request", "protocol"],
])("does not know of a server that %s", async (_, greeting, why) => {
  expect(await lookAt({ greeting })).toMatchObject({ kind: "failed", why });
});

it("gives up one that is silent, and one that never stops", async () => {
  const silent = await scriptServer((socket) => socket.resume());
  expect(await lookAtPort(silent.port, 30)).toMatchObject({ kind: "failed", why: "timeout" });
  await silent.allClosed();
  const endless = await scriptServer((socket) => flood(socket, "220-and\r\n"));
  expect(await lookAtPort(endless.port)).toMatchObject({ kind: "failed", why: "protocol" });
  await endless.allClosed();
});

async function lookAt(script: Omit<SmtpScript, "tls">): Promise<SmtpFace> {
  const { port } = await smtpTlsServer({ tls: identity, ...script });
  return lookAtPort(port);
}

function replyTo(line: string): string {
  return line.startsWith("RCPT") ? "550 no" : "250 ok";
}

function lookAtPort(
  port: number,
  greetingMs = 3000,
  over: Partial<SmtpServer> = {},
  replyMs = 3000,
): Promise<SmtpFace> {
  const parts = { clock: createClock(), places: createHostPlaces() };
  const faces = createSmtpFaces({ ...parts, limits: { greetingMs, replyMs } });
  const server = { address: "127.0.0.1", port, tls: "starttls", servername: "mail.test" } as const;
  return faces.look({ ...server, domain: "own.test", ...over }, never);
}
