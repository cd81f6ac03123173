import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { addressesOf, type Facts, observe, type Target, targets } from "./observe.ts";

/** Can answers and bounces be delivered to the domain (RFC 5321 §5.1)? */
export const mx = defineDomainProbe({
  name: "mx",
  timeoutMs: MINUTE,
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "mx", isThere: () => true },
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ mx: asked, hosts }: Facts, { domain }: Target): readonly Observation[] {
  if (asked.answer.kind === "failed") return [];
  return [
    ...records(asked, domain),
    ...(asked.answer.kind === "found" ? addresses(hosts, domain) : []),
  ];
}

function records(asked: Facts["mx"], domain: string): readonly Observation[] {
  const lines = recordsOf(asked).map(({ preference, exchange }) => `${preference} ${exchange}`);
  const value = lines.length === 0 ? "none" : lines.toSorted().join(", ");
  return [{ subject: domain, aspect: "mx", value }];
}

/** Of the domain's own hosts: those of large providers change from one answer to the next. */
function addresses(hosts: Facts["hosts"], domain: string): readonly Observation[] {
  const organisation = organisationOf(domain) ?? domain;
  return hosts
    .filter((host) => isWithin(host.name, organisation))
    .filter((host) => failuresOf(addressesOf([host])) === undefined)
    .map((host) => {
      const found = addressesOf([host]).flatMap(recordsOf).toSorted();
      return { subject: domain, aspect: `mx host ${host.name}`, value: found.join(", ") || "none" };
    });
}
