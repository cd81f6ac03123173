import { expect, it } from "vitest";
import type { SmtpFace } from "../../src/domain/smtp-face.ts";
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
    "VRFY postmaster",
    "MAIL FROM:<>",
    "RCPT TO:<postmaster@example.com>",
    "RSET",
    "MAIL FROM:<postmaster@own.test>",
    "RCPT TO:<postmaster@example.com>",
    "RSET",
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

it("knows the face of a server that hangs up at VRFY", async () => {
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

function lookAtPort(port: number, greetingMs = 3000): Promise<SmtpFace> {
  const parts = { clock: createClock(), places: createHostPlaces() };
  const faces = createSmtpFaces({ ...parts, limits: { greetingMs, replyMs: 3000 } });
  return faces.look({ address: "127.0.0.1", port, domain: "own.test" }, never);
}
