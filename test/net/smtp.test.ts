import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { SubmissionLimits } from "../../src/net/smtp.ts";
import { flood, onLine, scriptServer } from "../fakes/script-server.ts";
import { CONTENT, submitTo } from "./submit.ts";

/** What a server answers to each command; the defaults take everything. */
interface Manners {
  readonly greeting?: string;
  readonly replies?: Readonly<Record<string, string>>;
  /** Instead of the reply after the final dot. */
  readonly atDot?: (socket: Socket) => void;
  /** Instead of the reply to DATA. */
  readonly atData?: (socket: Socket) => unknown;
}

describe("the server's word", () => {
  it("is kept when it takes the message", async () => {
    const received: string[] = [];
    const server = await smtpServer({}, received);
    expect(await submitTo(server)).toMatchObject({
      kind: "accepted",
      reply: {
        code: 250,
        enhanced: "2.0.0",
        text: "Ok: queued as 4XyZ1a2b3c",
        queueId: "4XyZ1a2b3c",
      },
    });
    expect(received).toEqual([
      "EHLO canary.example.org",
      "MAIL FROM:<canary@example.org>",
      "RCPT TO:<seed@example.net>",
      "DATA",
      ...CONTENT.split("\r\n").slice(0, -1),
      ".",
      "QUIT",
    ]);
  });

  it.each([
    ["the greeting", { greeting: "554 5.7.1 We do not like you" }, "connect"],
    ["the sender", { replies: { MAIL: "550 5.7.1 Sender not yours" } }, "sender"],
    ["the recipient", { replies: { RCPT: "550-5.1.1 No such\r\n550 5.1.1 user" } }, "recipient"],
    ["DATA", { replies: { DATA: "554 5.5.1 No valid recipients" } }, "data"],
    ["the message", { replies: { ".": "554 5.7.1 Spam message rejected" } }, "data"],
  ])("5xx to %s is a refusal", async (_, manners, stage) => {
    expect(await submitTo(await smtpServer(manners))).toMatchObject({ kind: "refused", stage });
  });

  it("joins the lines of a reply and takes the codes out", async () => {
    const replies = { RCPT: "550-5.1.1 <seed>: no such\r\n550 5.1.1 user" };
    expect(await submitTo(await smtpServer({ replies }))).toMatchObject({
      reply: { code: 550, enhanced: "5.1.1", text: "<seed>: no such user", queueId: undefined },
    });
  });

  it.each([
    ["the greeting", { greeting: "421 Too busy" }, "connect"],
    ["the sender", { replies: { MAIL: "452 4.3.1 Disk is full" } }, "sender"],
    ["the recipient", { replies: { RCPT: "451 4.7.1 Greylisted" } }, "recipient"],
    ["the message", { replies: { ".": "451 4.7.1 Try again later" } }, "data"],
    ["the message, hanging up", { replies: { ".": "421 4.3.2 Shutting down" } }, "data"],
  ])("4xx to %s puts it off", async (_, manners, stage) => {
    const answer = await submitTo(await smtpServer(manners));
    expect(answer).toMatchObject({ kind: "deferred", stage });
    expect(answer).toHaveProperty("reply.text");
  });

  it("is the same for a server that does pipelining (RFC 2920)", async () => {
    const EHLO = "250-mx\r\n250 PIPELINING";
    const RCPT = "550 5.1.1 No such user";
    expect(
      await submitTo(await smtpServer({ replies: { EHLO, RCPT, DATA: "503 5.5.1 No recipient" } })),
    ).toMatchObject({ kind: "refused", stage: "recipient", reply: { code: 550 } });
    expect(await submitTo(await smtpServer({ replies: { EHLO } }))).toMatchObject({
      kind: "accepted",
    });
  });

  it("is cut at 500 characters and stripped of control characters", async () => {
    const replies = { ".": `550 5.7.1 \u001b[31mred\u0000 ${"x".repeat(2_000)}` };
    const answer = await submitTo(await smtpServer({ replies }));
    expect(answer).toHaveProperty("reply.text", expect.stringMatching(/^\[31mred x+$/));
    expect(answer).toHaveProperty("reply.text.length", 500);
  });
});

describe("a message that has certainly not gone", () => {
  it.each([
    ["hangs up at once", (socket: Socket) => socket.end(), "connect", /closed/],
    ["says nothing", () => undefined, "connect", /in time/, BRIEF],
    [
      "greets with garbage",
      (socket: Socket) => socket.write("HTTP/1.1 400\r\n"),
      "connect",
      /greeting/,
    ],
    ["drips", drip, "connect", /in time/, BRIEF],
    ["replies without end", endlessReply, "connect", /maximum/],
    ["sends one line without end", endlessLine, "connect", /maximum/],
    ["sends blank lines without end", endlessBlanks, "connect", /without end/],
  ])("is put off when the server %s", async (_, script, stage, reason, limits = {}) => {
    const server = await scriptServer(script);
    expect(await submitTo(server, { limits })).toMatchObject({
      kind: "deferred",
      stage,
      reply: undefined,
      reason: expect.stringMatching(reason) as string,
    });
    await server.allClosed();
  });

  it.each([
    ["EHLO", "connect"],
    ["MAIL", "sender"],
    ["DATA", "sender"],
  ])("is put off when the server falls silent at %s", async (command, stage) => {
    const server = await smtpServer({ replies: { [command]: "" } });
    const answer = await submitTo(server, { limits: SILENCE });
    expect(answer).toMatchObject({ kind: "deferred", stage, reply: undefined });
    await server.allClosed();
  });

  it("is put off when nothing listens", async () => {
    const { port } = await scriptServer(() => undefined);
    expect(await submitTo({ port, host: "127.0.0.2" })).toMatchObject({
      kind: "deferred",
      stage: "connect",
      reason: expect.stringMatching(/ECONNREFUSED.*nothing listens/) as string,
    });
  });

  it("is put off when the name does not exist", async () => {
    expect(await submitTo({ port: 25, host: "nowhere.invalid" })).toMatchObject({
      kind: "deferred",
      stage: "connect",
      reason: expect.stringMatching(/nowhere\.invalid/) as string,
    });
  });
});

describe("a message that may have gone", () => {
  it.each([
    ["hangs up", (socket: Socket) => socket.destroy()],
    ["hangs up after half a reply", (socket: Socket) => socket.end("45")],
    ["hangs up after a reply without its end", (socket: Socket) => socket.end("451 4.7.1 Try la")],
    ["says nothing", () => undefined, SILENCE],
    ["drips", drip, HURRY],
    ["answers with garbage", (socket: Socket) => socket.write("gone fishing\r\n")],
    ["answers with a code that ends nothing", (socket: Socket) => socket.write("354 More\r\n")],
    ["replies without end", endlessReply],
  ])("is uncertain when the server %s after the final dot", async (_, atDot, limits = {}) => {
    const server = await smtpServer({ atDot });
    expect(await submitTo(server, { limits })).toMatchObject({ kind: "uncertain" });
    await server.allClosed();
  });

  it("is uncertain when the server hangs up while it is being sent", async () => {
    const atData = (socket: Socket) =>
      socket.write("354 Go on\r\n", () => socket.resetAndDestroy());
    expect(await submitTo(await smtpServer({ atData }))).toMatchObject({ kind: "uncertain" });
  });
});

describe("leaving", () => {
  it("puts a message off that we break off before the content", async () => {
    const leave = new AbortController();
    const server = await smtpServer({ replies: { RCPT: "" } });
    const answer = submitTo(server, { signal: leave.signal });
    await expect.poll(() => server.connections.length).toBe(1);
    leave.abort();
    expect(await answer).toMatchObject({ kind: "deferred", reason: "aborted" });
    await server.allClosed();
  });

  it("is uncertain about a message that we break off after it", async () => {
    const leave = new AbortController();
    const server = await smtpServer({ atDot: () => leave.abort() });
    expect(await submitTo(server, { signal: leave.signal })).toMatchObject({
      kind: "uncertain",
      reason: "aborted",
    });
    await server.allClosed();
  });

  it("does not connect for one that was broken off before", async () => {
    const server = await smtpServer({});
    const answer = await submitTo(server, { signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ kind: "deferred", reason: "aborted", stage: "connect" });
  });

  it("does not wait long for a server that does not answer QUIT", async () => {
    const server = await smtpServer({ replies: { QUIT: "" } });
    expect(await submitTo(server, { limits: SILENCE })).toMatchObject({ kind: "accepted" });
    await server.allClosed();
  });
});

/** For servers that make us wait: short where the test waits, long where it must not fall over. */
const BRIEF: Partial<SubmissionLimits> = { greetingMs: 250, farewellMs: 50 };
const SILENCE: Partial<SubmissionLimits> = { silenceMs: 800, farewellMs: 50 };
const HURRY: Partial<SubmissionLimits> = { totalMs: 1_200, farewellMs: 50 };

function smtpServer(
  { greeting = "220 mx ESMTP", replies = {}, atData, atDot }: Manners,
  log: string[] = [],
) {
  return scriptServer((socket) => {
    let inContent = false;
    socket.write(`${greeting}\r\n`);
    onLine(socket, (line) => {
      log.push(line);
      if (inContent && line !== ".") return;
      inContent = false;
      const verb = line.split(" ")[0] ?? "";
      const reply = { ...ACCEPTING, ...replies }[verb] ?? "500 What?";
      if (verb === "." && atDot !== undefined) atDot(socket);
      else if (verb === "DATA" && atData !== undefined) atData(socket);
      else if (reply !== "") socket.write(`${reply}\r\n`);
      inContent = verb === "DATA" && reply.startsWith("354");
      if (verb === "QUIT" && reply !== "") socket.end();
    });
  });
}

const ACCEPTING: Readonly<Record<string, string>> = {
  EHLO: "250 mx",
  MAIL: "250 2.1.0 Ok",
  RCPT: "250 2.1.5 Ok",
  DATA: "354 Go on",
  ".": "250 2.0.0 Ok: queued as 4XyZ1a2b3c",
  QUIT: "221 2.0.0 Bye",
};

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("2"), 20);
  socket.on("close", () => clearInterval(timer));
}

const endlessReply = (socket: Socket) => flood(socket, "220-and another thing\r\n");
const endlessLine = (socket: Socket) => flood(socket, "220 and so on ");
const endlessBlanks = (socket: Socket) => flood(socket, "\r\n");
