import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseIp } from "../../src/mail/ip-address.ts";
import { checkSpf } from "../../src/mail/spf-evaluate.ts";
import { type LiteralZone, zoneDns } from "../fakes/zone.ts";

/** The open test suite of RFC 7208; not ours to publish, so it is read where it lies. */
const SUITE = "../shared/corpora/spf/rfc7208-tests.yml";

interface Case {
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
  readonly result: string | readonly string[];
}

type Entry = "TIMEOUT" | Readonly<Record<string, unknown>>;

interface Scenario {
  readonly description: string;
  readonly tests: Readonly<Record<string, Case>>;
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>;
}

const scenarios = existsSync(SUITE)
  ? parseAllDocuments(readFileSync(SUITE, "utf8"))
      .map((document) => document.toJS() as Scenario | null)
      .filter((scenario) => scenario !== null)
  : [];

it.skipIf(scenarios.length === 0)(`reads all 203 tests (skipped without ${SUITE})`, () => {
  expect(scenarios.flatMap(({ tests }) => Object.keys(tests))).toHaveLength(203);
});

describe.each(scenarios)("$description", ({ tests, zonedata }) => {
  const dns = zoneDns(zoneOf(zonedata));
  it.each(Object.entries(tests))("%s", async (_, { helo, host, mailfrom, result }) => {
    const ip = parseIp(host);
    if (ip === undefined) throw new Error(`no address: ${host}`);
    const check = await checkSpf(
      { ip, helo, sender: mailfrom === "" ? `postmaster@${helo}` : mailfrom },
      (name, type) => dns.query(name, type, new AbortController().signal),
    );
    expect([result].flat()).toContain(check.result);
  });
});

/** SPF stands for TXT unless the name has TXT of its own or NONE; TIMEOUT is for all types not written. */
function zoneOf(zonedata: Scenario["zonedata"]): LiteralZone {
  return Object.fromEntries(
    Object.entries(zonedata).map(([name, entries]) => {
      const records: Record<string, unknown[] | "timeout"> = {};
      for (const entry of entries) {
        if (entry === "TIMEOUT") continue;
        for (const [type, data] of Object.entries(entry)) {
          const list = (records[type] ??= []);
          if (data === "TIMEOUT") records[type] = "timeout";
          else if (data !== "NONE" && Array.isArray(list)) list.push(readData(type, data));
        }
      }
      const { SPF = [], TXT = SPF, ...others } = records;
      const rest = entries.includes("TIMEOUT") ? "timeout" : [];
      const isSilent = TXT.length === 0;
      return [
        name.toLowerCase(),
        { A: rest, AAAA: rest, MX: rest, PTR: rest, ...others, TXT: isSilent ? rest : TXT },
      ];
    }),
  ) as LiteralZone;
}

function readData(type: string, data: unknown): unknown {
  if (type === "MX") {
    const [preference, exchange] = data as [number, string];
    return { preference, exchange };
  }
  const text = Array.isArray(data) ? data.join("") : String(data);
  return type === "CNAME" || type === "PTR" ? text.toLowerCase() : text;
}
