import { type Lookup, MAX_MX_HOSTS } from "./spf-evaluate.ts";
import { hasMacro } from "./spf-macro.ts";
import { isUsableName } from "./spf-names.ts";
import {
  isSpfRecord,
  parseSpf,
  type SpfMechanism,
  type SpfRecord,
  type SpfSyntaxError,
} from "./spf-record.ts";

/** A domain's record with everything that it leads to, whoever sends. */
export type SpfTree = { readonly domain: string } & (
  | {
      readonly kind: "record";
      readonly text: string;
      readonly record: SpfRecord;
      /** The terms that ask the DNS, in their order; those behind `all` never do. */
      readonly costs: readonly SpfCost[];
    }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly texts: readonly string[] }
  | {
      readonly kind: "broken";
      readonly text: string;
      readonly error: SpfSyntaxError;
    }
  | { readonly kind: "failed"; readonly detail: string }
  /** Not followed: it contains itself, depends on the message, or lies beyond what we read. */
  | { readonly kind: "loop" | "dynamic" | "beyond" }
);

export interface SpfCost {
  readonly term: string;
  /** Of include and redirect. */
  readonly tree?: SpfTree;
  /** Of a and mx: what they come to now, both families. */
  readonly addresses?: readonly string[];
  /** Of a and mx: the hosts that have them. */
  readonly hosts?: readonly string[];
  /** The DNS certainly has nothing for it. */
  readonly isVoid: boolean;
  /** Why nobody knows whether it has. */
  readonly failure?: string;
}

/** Terms that are followed in one tree; a record needs ten at most. */
const MAX_TERMS = 60;

interface Walk {
  readonly lookup: Lookup;
  left: number;
}

/** Reads the record of the domain and follows all that does not depend on the message. */
export function readSpfTree(domain: string, lookup: Lookup): Promise<SpfTree> {
  return readTree(domain.toLowerCase(), { lookup, left: MAX_TERMS }, []);
}

async function readTree(domain: string, walk: Walk, above: readonly string[]): Promise<SpfTree> {
  if (above.includes(domain)) return { domain, kind: "loop" };
  if (!isUsableName(domain)) return { domain, kind: "none" };
  const answer = await walk.lookup(domain, "TXT");
  if (answer.kind === "failed") return { domain, kind: "failed", detail: answer.detail };
  const texts = answer.kind === "found" ? answer.records.filter(isSpfRecord) : [];
  const [text] = texts;
  if (text === undefined) return { domain, kind: "none" };
  if (texts.length > 1) return { domain, kind: "several", texts };
  const record = parseSpf(text);
  if ("why" in record) return { domain, kind: "broken", text, error: record };
  const costs = await readCosts(record, domain, walk, [...above, domain]);
  return { domain, kind: "record", text, record, costs };
}

async function readCosts(
  { directives, redirect }: SpfRecord,
  domain: string,
  walk: Walk,
  above: readonly string[],
): Promise<SpfCost[]> {
  // RFC 7208 §5.1: terms behind all are ignored, and so is redirect.
  const end = directives.findIndex(({ mechanism }) => mechanism.name === "all");
  const heeded = end < 0 ? directives : directives.slice(0, end);
  const costs = heeded.map(async ({ text, mechanism }): Promise<SpfCost[]> => {
    if (mechanism.name === "all" || "address" in mechanism) return [];
    return [{ term: text, ...(await readCost(mechanism, domain, walk, above)) }];
  });
  if (end < 0 && redirect !== undefined) {
    const term = `redirect=${redirect}`;
    costs.push(follow(redirect, walk, above).then((tree) => [{ term, tree, isVoid: false }]));
  }
  return (await Promise.all(costs)).flat();
}

type Asking = Exclude<SpfMechanism, { name: "all" } | { name: "ip4" | "ip6" }>;

async function readCost(
  mechanism: Asking,
  domain: string,
  walk: Walk,
  above: readonly string[],
): Promise<Omit<SpfCost, "term">> {
  if (mechanism.name === "include") {
    return { tree: await follow(mechanism.domain, walk, above), isVoid: false };
  }
  const name = withoutDot(mechanism.domain ?? domain);
  if (mechanism.name === "ptr" || hasMacro(name) || !isUsableName(name)) return { isVoid: false };
  if (walk.left-- <= 0) return { isVoid: false };
  if (mechanism.name === "exists") {
    const answer = await walk.lookup(name, "A");
    return answer.kind === "failed"
      ? { isVoid: false, failure: answer.detail }
      : { isVoid: answer.kind === "absent" };
  }
  return mechanism.name === "a" ? hostCost([name], walk) : mxCost(name, walk);
}

function follow(spec: string, walk: Walk, above: readonly string[]): Promise<SpfTree> {
  const domain = withoutDot(spec).toLowerCase();
  if (hasMacro(domain)) return Promise.resolve({ domain, kind: "dynamic" });
  if (walk.left-- <= 0) return Promise.resolve({ domain, kind: "beyond" });
  return readTree(domain, walk, above);
}

async function mxCost(name: string, walk: Walk): Promise<Omit<SpfCost, "term">> {
  const answer = await walk.lookup(name, "MX");
  if (answer.kind === "failed") return { isVoid: false, failure: answer.detail };
  if (answer.kind === "absent") return { isVoid: true, addresses: [] };
  const hosts = answer.records.map(({ exchange }) => exchange).filter(isUsableName);
  return { ...(await hostCost(hosts.slice(0, MAX_MX_HOSTS), walk)), isVoid: false };
}

/** Void only if neither family has an address: the same for every sender. */
async function hostCost(
  names: readonly string[],
  { lookup }: Walk,
): Promise<Omit<SpfCost, "term">> {
  const answers = await Promise.all(
    names.flatMap((name) => [lookup(name, "A"), lookup(name, "AAAA")]),
  );
  const addresses = answers.flatMap((answer) => (answer.kind === "found" ? answer.records : []));
  const failed = answers.find((answer) => answer.kind === "failed");
  const found = { hosts: names, addresses };
  if (failed?.kind === "failed") return { ...found, isVoid: false, failure: failed.detail };
  return { ...found, isVoid: addresses.length === 0 };
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
