import type { DnsAnswer, RecordData } from "../domain/dns.ts";
import { type IpAddress, parseIp } from "./ip-address.ts";
import { sharesPrefix } from "./ip-network.ts";
import { expand } from "./spf-macro.ts";
import { isUsableName, validatedNames } from "./spf-names.ts";
import { isSpfRecord, parseSpf, type SpfMechanism, type SpfRecord } from "./spf-record.ts";

/** Asks the DNS. Nothing else of the world is needed to evaluate SPF. */
export type Lookup = <T extends "A" | "AAAA" | "MX" | "PTR" | "TXT">(
  name: string,
  type: T,
) => Promise<DnsAnswer<RecordData[T]>>;

/** Who delivers, as the receiver sees it. */
export interface SpfClient {
  readonly ip: IpAddress;
  /** MAIL FROM, or `postmaster@` and the HELO name. */
  readonly sender: string;
  readonly helo: string;
}

/** What check_host() comes to (RFC 7208 §2.6), and what it cost. */
export interface SpfCheck extends Decision {
  /** Terms that asked the DNS, of ten that are allowed (RFC 7208 §4.6.4). */
  readonly lookups: number;
  /** Of these the ones that found nothing, of two that are allowed. */
  readonly voids: number;
}

interface Decision {
  readonly result: "none" | "neutral" | "pass" | "fail" | "softfail" | "temperror" | "permerror";
  /** In words: the term that decided and whose it is, or what went wrong. */
  readonly reason: string;
  /** Of a permerror: a limit rather than something written wrongly. */
  readonly limit?: "lookups" | "voids" | "mx-hosts";
}

export const MAX_LOOKUPS = 10;
export const MAX_VOIDS = 2;
/** RFC 7208 §4.6.4, per mx term. */
export const MAX_MX_HOSTS = 10;

const RESULTS = { "+": "pass", "-": "fail", "~": "softfail", "?": "neutral" } as const;

interface Run extends SpfClient {
  readonly lookup: Lookup;
  lookups: number;
  voids: number;
}

/** check_host() of RFC 7208 §4 for the sender's domain. Explanations (§6.2) are not fetched. */
export async function checkSpf(client: SpfClient, lookup: Lookup): Promise<SpfCheck> {
  const run: Run = {
    ...client,
    sender: withLocalPart(client.sender),
    lookup,
    lookups: 0,
    voids: 0,
  };
  const domain = run.sender.slice(run.sender.lastIndexOf("@") + 1);
  const decision = await evaluate(run, domain);
  return { ...decision, lookups: run.lookups, voids: run.voids };
}

/** RFC 7208 §4.3. */
function withLocalPart(sender: string): string {
  return sender.lastIndexOf("@") > 0 ? sender : `postmaster@${sender.replace(/^@/, "")}`;
}

async function evaluate(run: Run, domain: string): Promise<Decision> {
  const record = await findRecord(run, domain);
  if ("result" in record) return record;
  for (const { qualifier, mechanism, text } of record.directives) {
    const matched = await matches(run, domain, mechanism);
    if (typeof matched !== "boolean") return matched;
    if (matched) return { result: RESULTS[qualifier], reason: `${text} of ${domain}` };
  }
  if (record.redirect === undefined) {
    return { result: "neutral", reason: `no term of ${domain} matches` };
  }
  const stop = spend(run);
  if (stop !== undefined) return stop;
  const target = expand(record.redirect, await valuesFor(run, domain, record.redirect));
  const decision = await evaluate(run, target);
  // RFC 7208 §6.1.
  return decision.result === "none" ? permerror(`redirect: ${decision.reason}`) : decision;
}

async function findRecord(run: Run, domain: string): Promise<SpfRecord | Decision> {
  if (!isUsableName(domain) || !domain.includes(".")) {
    return { result: "none", reason: `${domain} is not a domain name` };
  }
  const answer = await run.lookup(domain, "TXT");
  if (answer.kind === "failed") return temperror(`TXT of ${domain}: ${answer.detail}`);
  const texts = answer.kind === "found" ? answer.records.filter(isSpfRecord) : [];
  const [text] = texts;
  if (text === undefined) return { result: "none", reason: `${domain} has no SPF record` };
  if (texts.length > 1) return permerror(`${domain} has ${texts.length} SPF records`);
  const record = parseSpf(text);
  return "why" in record ? permerror(`${record.term} of ${domain}: ${record.why}`) : record;
}

type Matched = boolean | Decision;

async function matches(run: Run, domain: string, mechanism: SpfMechanism): Promise<Matched> {
  if (mechanism.name === "all") return true;
  if ("address" in mechanism) {
    const network = parseIp(mechanism.address);
    return (
      network !== undefined &&
      (mechanism.name === "ip4") === (run.ip.family === "ipv4") &&
      sharesPrefix(run.ip, network, mechanism.prefix)
    );
  }
  const stop = spend(run);
  if (stop !== undefined) return stop;
  const target =
    mechanism.domain === undefined
      ? domain
      : expand(mechanism.domain, await valuesFor(run, domain, mechanism.domain));
  if (mechanism.name === "include") return included(await evaluate(run, target));
  if (!isUsableName(target)) return false;
  switch (mechanism.name) {
    case "a":
      return hostMatches(run, target, mechanism);
    case "mx":
      return mxMatches(run, target, mechanism);
    case "exists": {
      const answer = await run.lookup(target, "A");
      return answer.kind === "found" ? true : nothing(run, answer, `A of ${target}`);
    }
    case "ptr": {
      const names = await validatedNames(run.ip, run.lookup);
      const suffix = target.toLowerCase();
      return names.some((name) => name === suffix || name.endsWith(`.${suffix}`));
    }
  }
}

/** RFC 7208 §5.2. */
function included(decision: Decision): Matched {
  switch (decision.result) {
    case "pass":
      return true;
    case "none":
      return permerror(`include: ${decision.reason}`);
    case "temperror":
    case "permerror":
      return decision;
    case "fail":
    case "softfail":
    case "neutral":
      return false;
  }
}

type Hosts = Extract<SpfMechanism, { name: "a" | "mx" }>;

async function hostMatches(run: Run, name: string, hosts: Hosts): Promise<Matched> {
  const addresses = await addressesOf(run, name);
  if (addresses.kind !== "found") return nothing(run, addresses, `addresses of ${name}`);
  return covers(run, addresses.records, hosts);
}

/** RFC 7208 §5.4. Hosts without an address do not count as void: the term found something. */
async function mxMatches(run: Run, name: string, hosts: Hosts): Promise<Matched> {
  const exchanges = await run.lookup(name, "MX");
  if (exchanges.kind !== "found") return nothing(run, exchanges, `MX of ${name}`);
  if (exchanges.records.length > MAX_MX_HOSTS) {
    const reason = `mx of ${name} has ${exchanges.records.length} hosts, ${MAX_MX_HOSTS} are allowed`;
    return { result: "permerror", reason, limit: "mx-hosts" };
  }
  const usable = exchanges.records.filter(({ exchange }) => isUsableName(exchange));
  const answers = await Promise.all(usable.map(({ exchange }) => addressesOf(run, exchange)));
  if (answers.some((answer) => answer.kind === "found" && covers(run, answer.records, hosts))) {
    return true;
  }
  const failed = answers.find((answer) => answer.kind === "failed");
  return failed === undefined ? false : temperror(`MX hosts of ${name}: ${failed.detail}`);
}

function addressesOf({ lookup, ip }: Run, name: string): Promise<DnsAnswer<string>> {
  return lookup(name, ip.family === "ipv4" ? "A" : "AAAA");
}

function covers({ ip }: Run, addresses: readonly string[], { prefix4, prefix6 }: Hosts): boolean {
  const prefix = ip.family === "ipv4" ? prefix4 : prefix6;
  return addresses.some((text) => {
    const address = parseIp(text);
    return address !== undefined && sharesPrefix(ip, address, prefix);
  });
}

/** No match and one more void lookup, unless nobody could tell (RFC 7208 §5). */
function nothing(
  run: Run,
  answer: Exclude<DnsAnswer<unknown>, { kind: "found" }>,
  what: string,
): Matched {
  if (answer.kind === "failed") return temperror(`${what}: ${answer.detail}`);
  run.voids += 1;
  if (run.voids <= MAX_VOIDS) return false;
  return {
    ...permerror(`more than ${MAX_VOIDS} terms find nothing, last ${what}`),
    limit: "voids",
  };
}

/** Counts a term that asks the DNS (RFC 7208 §4.6.4). */
function spend(run: Run): Decision | undefined {
  run.lookups += 1;
  if (run.lookups <= MAX_LOOKUPS) return undefined;
  return { ...permerror(`more than ${MAX_LOOKUPS} terms ask the DNS`), limit: "lookups" };
}

async function valuesFor({ sender, ip, helo, lookup }: Run, domain: string, spec: string) {
  const validatedName = /%\{p/i.test(spec) ? await nameFor(ip, domain, lookup) : "unknown";
  return { sender, domain, ip, helo, validatedName };
}

/** RFC 7208 §7.3, macro p: the domain itself first, then one below it, then any. */
async function nameFor(ip: IpAddress, domain: string, lookup: Lookup): Promise<string> {
  const names = await validatedNames(ip, lookup);
  const own = domain.toLowerCase();
  const below = names.find((name) => name.endsWith(`.${own}`));
  return (names.includes(own) ? own : (below ?? names[0])) ?? "unknown";
}

function permerror(reason: string): Decision {
  return { result: "permerror", reason };
}

function temperror(reason: string): Decision {
  return { result: "temperror", reason };
}
