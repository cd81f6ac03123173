import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DAY } from "../../../src/domain/duration.ts";
import type { HttpsAnswer } from "../../../src/domain/https.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { bimi } from "../../../src/probes/bimi/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { answered, literalHttps } from "../../fakes/pages.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const NOW = Date.UTC(2026, 10, 22);
const LOGO = "https://www.example.org/logo.svg";
const MOVED = "https://www.example.org/old.svg";
const PEM = "https://www.example.org/mark.pem";
const SVG =
  '<?xml version="1.0"?><svg version="1.2" baseProfile="tiny-ps" viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg"><title>Example</title><circle r="9"/></svg>';
const BOTH = `v=BIMI1; l=${LOGO}; a=${PEM}`;
const authority = createAuthority();

describe("probes/bimi", () => {
  it.each<[string, string, Parts]>([
    ["logo and certificate", BOTH, {}],
    ["a logo alone", `v=BIMI1; l=${LOGO}; a=`, { pem: "not fetched" }],
    ["a compressed logo", BOTH, { svg: gzipSync(SVG).toString("latin1") }],
    ["a logo behind redirects", BOTH, { svg: moved("/old.svg") }],
    [
      "a logo with comments",
      BOTH,
      {
        svg: SVG.replace("<svg", '<!-- <svg x="1"> <script> --><svg').replace(
          "<circle",
          "<!-- <image/> --><circle",
        ),
      },
    ],
    ["a record that declines", "v=BIMI1; l=; a=;", { svg: "not fetched" }],
  ])("is content with %s", async (_, text, parts) => {
    const verdict = await look(text, parts);
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(verdict.samples).toMatchObject([{ labels: { record: "bimi" }, value: 1 }]);
  });

  it("says neither good nor bad where it is not set up", async () => {
    expect(await run({}, {})).toMatchObject({ severity: "ok", findings: [], samples: [] });
  });

  it.each<[string, string, string, Parts]>([
    ["no l=", "bimi-record-broken", "v=BIMI1; a=;", {}],
    ["plain http", "bimi-record-broken", "v=BIMI1; l=http://example.org/a.svg", {}],
    ["another port", "bimi-record-broken", "v=BIMI1; l=https://www.example.org:8443/a.svg", {}],
    ["a password", "bimi-record-broken", "v=BIMI1; l=https://a:b@www.example.org/a.svg", {}],
    ["this very machine", "bimi-record-broken", "v=BIMI1; l=https://localhost/a.svg", {}],
    ["control characters", "bimi-record-broken", "v=BIMI1; l=https://www.example.org/\u0000", {}],
    ["another version", "bimi-record-broken", `v=BIMI; l=${LOGO}`, {}],
    [
      "a redirect to http",
      "bimi-logo-broken",
      BOTH,
      { svg: moved("http://www.example.org/a.svg") },
    ],
    ["a redirect to itself", "bimi-logo-broken", BOTH, { svg: moved(LOGO) }],
    ["a certificate from tomorrow on", "bimi-certificate-broken", BOTH, { pem: mark(300, -1) }],
    ["comments without end", "bimi-logo-broken", BOTH, { svg: "<!--".repeat(20_000) }],
    ["no file", "bimi-logo-broken", BOTH, { svg: answered("", 404) }],
    ["a page", "bimi-logo-broken", BOTH, { svg: "<html></html>" }],
    ["another profile", "bimi-logo-broken", BOTH, { svg: SVG.replace("tiny-ps", "full") }],
    ["no title", "bimi-logo-broken", BOTH, { svg: SVG.replace(/<title.*title>/, "") }],
    ["a script", "bimi-logo-broken", BOTH, { svg: SVG.replace("<circle", "<script/><circle") }],
    ["a large logo", "bimi-logo-broken", BOTH, { svg: SVG + " ".repeat(40_000) }],
    ["a larger logo", "bimi-logo-broken", BOTH, { svg: { kind: "too-large" } }],
    [
      "a bomb",
      "bimi-logo-broken",
      BOTH,
      { svg: gzipSync(SVG + " ".repeat(10_000_000)).toString("latin1") },
    ],
    ["no certificate in the file", "bimi-certificate-broken", BOTH, { pem: "hello" }],
    [
      "a damaged certificate",
      "bimi-certificate-broken",
      BOTH,
      { pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
    ],
    ["a certificate that is over", "bimi-certificate-expired", BOTH, { pem: mark(-1) }],
    ["a certificate for three weeks", "bimi-certificate-near-end", BOTH, { pem: mark(21) }],
    [
      "a web server that hangs",
      "bimi-undecided",
      BOTH,
      { svg: { kind: "failed", why: "timeout", detail: "no complete answer within 30 s" } },
    ],
  ])("finds this and nothing else: %s", async (_, kind, text, parts) => {
    const { findings } = await look(text, parts);
    expect(findings).toMatchObject([{ kind, subject: "example.org" }]);
  });

  it("writes the record out with what can be kept of it", async () => {
    const detail = async (text: string) => (await look(text, {})).findings[0]?.detail;
    const line = (text: string) => `Publish default._bimi.example.org. IN TXT "v=BIMI1; ${text}"`;
    expect(await detail("v=BIMI1; l=http://example.org/a.svg")).toContain(
      line("l=https://example.org/a.svg; a="),
    );
    expect(await detail(`v=BIMI; a=${PEM}`)).toContain(line(`l=LOGO; a=${PEM}`));
  });

  it("looks at the organisation's where the domain has none of its own", async () => {
    const from = (...names: readonly string[]) =>
      names.map((name) => ({ from: { name: undefined, address: `a@${name}` } }));
    const zone = { "default._bimi.example.org": { TXT: [BOTH] } };
    const parts = { pem: mark(-1) };
    const news = await runOn(zone, parts, from("news.example.org"));
    expect(news.map(({ findings }) => findings)).toMatchObject([
      [{ kind: "bimi-certificate-expired", subject: "news.example.org" }],
    ]);
    expect(news[0]?.observed).toMatchObject([{ value: `example.org: ${LOGO}, ${PEM}` }]);
    const both = await runOn(zone, parts, from("news.example.org", "example.org"));
    expect(both.map(({ findings }) => findings.length)).toEqual([0, 1]);
    const own = { ...zone, "default._bimi.news.example.org": { TXT: ["v=BIMI1; l=; a="] } };
    const [declined] = await runOn(own, parts, from("news.example.org"));
    expect(declined?.findings).toEqual([]);
    const silent = { ...zone, "default._bimi.news.example.org": "timeout" } as const;
    const [unknown] = await runOn(silent, parts, from("news.example.org"));
    expect(unknown?.findings).toMatchObject([{ kind: "bimi-undecided" }]);
  });

  it("does not know while DNS does not answer", async () => {
    const verdict = await run({ "default._bimi.example.org": "timeout" }, {});
    expect(verdict).toMatchObject({ findings: [{ kind: "bimi-undecided" }], samples: [] });
  });
});

interface Parts {
  readonly svg?: string | HttpsAnswer;
  readonly pem?: string | HttpsAnswer;
}

function look(text: string, parts: Parts): Promise<Verdict> {
  return run({ "default._bimi.example.org": { TXT: [text] } }, parts);
}

async function run(zone: LiteralZone, parts: Parts): Promise<Verdict> {
  const [verdict] = await runOn(zone, parts);
  return verdict as Verdict;
}

async function runOn(
  zone: LiteralZone,
  { svg = SVG, pem = mark(300) }: Parts,
  routes: Surroundings["routes"] = [{}],
): Promise<readonly Verdict[]> {
  const pages = { [LOGO]: svg, [PEM]: pem, [MOVED]: moved("https://cdn.test/logo.svg") };
  const net = { https: literalHttps({ ...pages, "https://cdn.test/logo.svg": SVG }) };
  return [...(await runProbe(bimi, zone, { net, routes, now: NOW })).values()];
}

function moved(location: string): HttpsAnswer {
  return answered("", 301, location);
}

function mark(daysLeft: number, daysOld = 400): string {
  const at = (days: number) => new Date(NOW + days * DAY);
  const dates = { notBefore: at(-daysOld), notAfter: at(daysLeft) };
  return authority.issue(["example.org"], dates).cert;
}
