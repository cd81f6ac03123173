import type { ExitIdentity } from "../../domain/canary.ts";
import type { Config } from "../../domain/config.ts";
import type { Route } from "../../domain/route.ts";
import type { Blocklist } from "../../mail/blocklist.ts";
import { notWorthAsking, type Subject } from "../../mail/dnsbl.ts";
import { domainOf } from "../../mail/address.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { organisationOf } from "../../mail/organisation.ts";
import type { Ownership } from "../../mail/relay.ts";
import { fromDomain } from "../../mail/sender-domains.ts";
import { MAX_SUBJECTS } from "./known.ts";

/** Something to ask lists about, and what it is to us. */
export interface OurSubject extends Subject {
  /** `exit of route main`, `From of route main`: each once. */
  readonly roles: readonly string[];
  /** The organisation of the relay that it belongs to; undefined: it is the operator's own. */
  readonly relay: string | undefined;
}

/** Something that no list can know. */
export interface Skipped {
  readonly text: string;
  readonly why: string;
}

/** A route with the exits that were seen at one moment. */
export interface Way {
  readonly route: Route;
  readonly exits: readonly ExitIdentity[];
  readonly ownership: Ownership;
}

export interface Subjects {
  readonly asked: readonly OurSubject[];
  readonly skipped: readonly Skipped[];
}

/** RFC 1035 §2.3.4, in text. */
const MAX_DOMAIN_LENGTH = 253;

/** Every exit that was seen, and the domains that mail carries: those that the list covers. */
export function subjectsFor(
  list: Pick<Blocklist, "covers" | "domains">,
  { blocklists }: Pick<Config, "blocklists">,
  ways: readonly Way[],
): Subjects {
  const roles: readonly Role[] = [
    ...blocklists.subjects.map((text) => ({ text, role: "named in the config file" })),
    ...ways.flatMap(({ route, exits, ownership }) => [
      ...domainsOf(route),
      ...exits.flatMap((exit) => rolesOf(exit, route, ownership)),
    ]),
  ];
  const asked = new Map<string, OurSubject>();
  const skipped = new Map<string, Skipped>();
  for (const { text, role, relay } of roles) {
    const subject = read(text, list);
    if (subject === undefined) continue;
    const why =
      notWorthAsking(subject.text) ?? (isFull(asked, subject) ? "one too many" : undefined);
    const known = asked.get(subject.text);
    if (known !== undefined) asked.set(subject.text, withRole(known, role, relay));
    else if (why !== undefined) skipped.set(subject.text, { text: subject.text, why });
    else asked.set(subject.text, { ...subject, roles: [role], relay });
  }
  return { asked: [...asked.values()], skipped: [...skipped.values()] };
}

interface Role {
  readonly text: string;
  readonly role: string;
  readonly relay?: string | undefined;
}

function domainsOf(route: Route): readonly Role[] {
  const name = `of route ${route.name}`;
  return [
    { text: fromDomain(route), role: `From ${name}` },
    { text: domainOf(route.envelopeFrom), role: `envelope sender ${name}` },
    ...(route.bounceAddress === undefined
      ? []
      : [{ text: domainOf(route.bounceAddress), role: `envelope sender ${name}` }]),
    ...route.dkim.map(({ domain }) => ({ text: domain, role: `DKIM signature ${name}` })),
  ];
}

function rolesOf(exit: ExitIdentity, route: Route, ownership: Ownership): readonly Role[] {
  const name = `of route ${route.name}`;
  const named = (text: string | undefined, role: string): Role[] =>
    text === undefined ? [] : [{ text, role, relay: ownership.relayOfName(text, exit) }];
  return [
    { text: exit.ip, role: `exit ${name}`, relay: ownership.relayOf(exit) },
    ...named(exit.helo, `HELO ${name}`),
    ...named(exit.reverseName, `reverse name of exit ${exit.ip}`),
  ];
}

/** What the list can be asked about; undefined where it covers no such thing. */
function read(text: string, { covers, domains }: Pick<Blocklist, "covers" | "domains">) {
  const ip = parseIp(text);
  if (ip !== undefined) {
    return covers.includes(ip.family) ? { kind: ip.family, text: ip.text } : undefined;
  }
  const name = text.toLowerCase().replace(/\.$/, "");
  const organisation = organisationOf(name);
  if (organisation === undefined || name.length > MAX_DOMAIN_LENGTH) return undefined;
  if (!covers.includes("domain")) return undefined;
  return { kind: "domain" as const, text: domains === "organisation" ? organisation : name };
}

function isFull(asked: ReadonlyMap<string, OurSubject>, { kind }: Subject): boolean {
  return [...asked.values()].filter((other) => other.kind === kind).length >= MAX_SUBJECTS;
}

/** It is a relay's only where it is one in every role. */
function withRole(subject: OurSubject, role: string, relay: string | undefined): OurSubject {
  const roles = subject.roles.includes(role) ? subject.roles : [...subject.roles, role];
  return { ...subject, roles, relay: relay === undefined ? undefined : subject.relay };
}
