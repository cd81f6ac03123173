import { describe, expect, it } from "vitest";
import type { WatchedEndpoint } from "../../../src/domain/endpoint.ts";
import type { Net } from "../../../src/domain/net.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import type { SmtpFace } from "../../../src/domain/smtp-face.ts";
import { smtpFace } from "../../../src/probes/smtp-face/probe.ts";
import { face, literalFaces } from "../../fakes/faces.ts";
import { literalTls } from "../../fakes/looks.ts";
import { runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const V4 = "10.0.0.25";
const V6 = "fd00::25";
const HOST = "mail.example.org";
const ZONE: LiteralZone = {
  "example.org": { MX: [{ preference: 10, exchange: HOST }] },
  [HOST]: { A: [V4] },
  "25.0.0.10.in-addr.arpa": { PTR: [HOST] },
};
const accepted = [
  { sender: "", recipient: "postmaster@example.com", outcome: "accepted", reply: "250 ok" },
] as const;

describe("probes/smtp-face", () => {
  it("is content with a server that keeps to its name and refuses strangers", async () => {
    const verdict = await look(face());
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(verdict.samples.map(({ metric, value }) => [metric.name, value])).toEqual([
      ["deliverability_smtp_greeting_duration_seconds", 0.2],
      ["deliverability_smtp_size_limit_bytes", 10_240_000],
    ]);
    expect(verdict.observed).toEqual([
      { subject: HOST, aspect: "greeting 25", value: "mail.example.org Postfix" },
    ]);
  });

  it.each<[string, Parameters<typeof face>[0]]>([
    ["another host of the same organisation", { heloName: "mx7.example.org" }],
    ["VRFY refused", { vrfyCode: 502 }],
    ["no limit on size", { sizeLimitBytes: 0 }],
    ["a relay that defers", { relay: [{ ...accepted[0], outcome: "unknown" }] }],
    ["relaying for this machine", { relay: accepted, localAddress: V4 }],
    ["relaying for a neighbour", { relay: accepted, localAddress: "10.0.0.7" }],
    ["relaying for nobody knows whom", { relay: accepted, localAddress: undefined }],
    [
      "relaying for what shares the server's public address",
      { relay: accepted, localAddress: "192.168.1.7", seenAs: V4 },
    ],
  ])("finds nothing: %s", async (_, over) => {
    expect((await look(face(over))).findings).toEqual([]);
  });

  it.each<[string, string, Parameters<typeof face>[0]]>([
    ["relaying for strangers", "smtp-open-relay", { relay: accepted }],
    [
      "relaying for a stranger that it takes for its own gateway",
      "smtp-open-relay",
      { relay: accepted, seenAs: "172.17.0.1" },
    ],
    [
      "relaying for a stranger behind NAT",
      "smtp-open-relay",
      { relay: accepted, localAddress: "192.168.1.7", seenAs: "198.51.100.1" },
    ],
    [
      "relaying for a container, or a stranger behind NAT",
      "smtp-relay-undecided",
      { relay: accepted, localAddress: "172.17.0.2" },
    ],
    [
      "relaying for another network of its own",
      "smtp-relay-undecided",
      { relay: accepted, localAddress: "fd00:1::2", seenAs: "10.8.0.2" },
    ],
    ["a stranger's name", "smtp-name-mismatch", { heloName: "mx.example.net" }],
    ["localhost", "smtp-name-mismatch", { heloName: "localhost.localdomain" }],
    ["no name at all", "smtp-name-mismatch", { heloName: undefined, bannerName: undefined }],
    ["VRFY answered", "smtp-vrfy-answers", { vrfyCode: 250 }],
    ["a greeting after a minute", "smtp-slow", { greetingMs: 60_000 }],
    ["a reply after twelve seconds", "smtp-slow", { slowestReplyMs: 12_000 }],
  ])("finds this and nothing else: %s", async (_, kind, over) => {
    expect((await look(face(over))).findings).toMatchObject([{ kind, subject: "example.org" }]);
  });

  it("takes the reverse name for the server's own", async () => {
    const zone = { ...ZONE, "25.0.0.10.in-addr.arpa": { PTR: ["mx.example.net"] } };
    expect((await look(face({ heloName: "mx.example.net" }), zone)).findings).toEqual([]);
  });

  it("does not compare with a reverse name that nobody knows", async () => {
    const zone: LiteralZone = { ...ZONE, "25.0.0.10.in-addr.arpa": "timeout" };
    expect((await look(face({ heloName: "mx.example.net" }), zone)).findings).toEqual([]);
  });

  it("does not know of a server that does not talk", async () => {
    const verdict = await look({ kind: "failed", why: "timeout", detail: "silence" });
    expect(verdict).toMatchObject({
      severity: "unknown",
      findings: [{ kind: "smtp-undecided" }],
      samples: [],
      observed: [],
    });
  });

  it("does not mind that this machine has no IPv6", async () => {
    const zone: LiteralZone = { ...ZONE, [HOST]: { A: [V4], AAAA: [V6] } };
    const six: SmtpFace = { kind: "failed", why: "no-route", detail: "ENETUNREACH" };
    const net = { smtpFaces: literalFaces({ [V4]: face(), [V6]: six }) };
    const { findings, observed } = await run(zone, net);
    expect(findings).toEqual([]);
    expect(observed).toMatchObject([{ subject: HOST, aspect: "greeting 25" }]);
  });

  it("does not know while DNS does not answer", async () => {
    const verdict = await run({ "example.org": "timeout" }, { smtpFaces: literalFaces({}) });
    expect(verdict.findings).toMatchObject([{ kind: "smtp-undecided", subject: "example.org" }]);
  });
});

describe("probes/smtp-face at endpoints of the config file", () => {
  it("talks to those that speak SMTP, as configured", async () => {
    const gateway = endpoint({ port: 2525, protocol: "smtp" });
    const users = endpoint({ port: 587, protocol: "submission" });
    const secure = endpoint({ port: 465, protocol: "submission", tls: "implicit" });
    const other = endpoint({ port: 143, protocol: "imap" });
    const verdicts = await atEndpoints([gateway, users, secure, other], face());
    const names = [
      "smtp-face server=mx",
      `smtp-face server=${V4}:2525`,
      `smtp-face server=${V4}:587`,
      `smtp-face server=${V4}:465`,
    ];
    expect([...verdicts.keys()]).toEqual(names);
    expect(verdicts.get(names[1] ?? "")).toMatchObject({
      severity: "ok",
      observed: [{ subject: V4, aspect: "greeting 2525" }],
      samples: [{ labels: { host: V4, port: "2525" } }, {}],
    });
  });

  it.each<[string, WatchedEndpoint["protocol"], SmtpFace, readonly string[]]>([
    ["relaying for strangers", "submission", face({ relay: accepted }), ["smtp-open-relay"]],
    [
      "a stranger's name towards servers",
      "smtp",
      face({ heloName: "mx.example.net" }),
      ["smtp-name-mismatch"],
    ],
    ["the same towards users", "submission", face({ heloName: "mx.example.net" }), []],
    ["its own name", "smtp", face({ heloName: "mx3.example.org" }), []],
  ])("judges %s (%s)", async (_, protocol, seen, kinds) => {
    const verdicts = await atEndpoints(
      [endpoint({ port: 2525, protocol, servername: HOST })],
      seen,
    );
    const { findings = [] } = verdicts.get(`smtp-face server=${V4}:2525`) ?? {};
    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
    expect(findings.every(({ subject }) => subject === `${V4}:2525`)).toBe(true);
  });

  it("asks for no name where none is known", async () => {
    const verdicts = await atEndpoints([endpoint({ port: 2525, protocol: "smtp" })], face(), {});
    expect(verdicts.get(`smtp-face server=${V4}:2525`)?.findings).toEqual([]);
  });

  it("does not know of a host without address", async () => {
    const verdicts = await atEndpoints(
      [endpoint({ host: "no.example.org", protocol: "smtp" })],
      face(),
    );
    expect(verdicts.get("smtp-face server=no.example.org:25")?.findings).toMatchObject([
      { kind: "smtp-undecided", subject: "no.example.org:25" },
    ]);
  });

  it("looks at an MX host once where it is an endpoint as well", async () => {
    const verdicts = await atEndpoints([endpoint({ host: HOST, protocol: "smtp" })], face());
    expect(verdicts.get("smtp-face server=mx")).toMatchObject({ findings: [], samples: [] });
  });
});

function endpoint(over: Partial<WatchedEndpoint>): WatchedEndpoint {
  const usual = { port: 25, protocol: "smtp", tls: "starttls" } as const;
  return { host: V4, ...usual, servername: undefined, ca: undefined, ...over };
}

function atEndpoints(endpoints: readonly WatchedEndpoint[], seen: SmtpFace, zone = ZONE) {
  const net = { smtpFaces: literalFaces({ [V4]: seen }), tls: literalTls({}) };
  return runProbe(smtpFace, zone, { endpoints, net });
}

function look(seen: SmtpFace, zone = ZONE): Promise<Verdict> {
  return run(zone, { smtpFaces: literalFaces({ [V4]: seen }) });
}

async function run(zone: LiteralZone, net: Partial<Net>): Promise<Verdict> {
  return (await runProbe(smtpFace, zone, { net })).get("smtp-face server=mx") as Verdict;
}
