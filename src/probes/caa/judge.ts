import { caaDomainsOf, isNamed } from "../../mail/caa-authorities.ts";
import { caaLine, issuersIn, readCaa } from "../../mail/caa.ts";
import { issuingOrganisation } from "../../mail/certificate.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { CaaFinding } from "./findings.ts";
import type { CaaAsked, Facts, Served } from "./observe.ts";

export function judge({ asked, served }: Facts): readonly Fault<CaaFinding>[] {
  const refused = served.flatMap((each) => refusalOf(each) ?? []);
  // That nobody may issue for the domain is told once, with the record that this one would need.
  const isOfAll = ({ at, mayNobody }: Refusal) => mayNobody && at === asked.at(-1)?.name;
  return [
    ...judgeRecords(asked, refused.find(isOfAll)),
    ...refused
      .filter((refusal) => !isOfAll(refusal))
      .map(({ detail, publish }) => fault("caa-forbids-renewal", `${detail}. Add ${publish}`)),
  ];
}

/** A ban on all is right where no host needs a certificate of an authority; `needed` is one that does. */
function judgeRecords(asked: CaaAsked, needed: Refusal | undefined): readonly Fault<CaaFinding>[] {
  const unknown = failuresOf(asked);
  if (unknown !== undefined) return [fault("caa-undecided", unknown)];
  const last = asked.at(-1);
  if (last === undefined) return [];
  const { name } = last;
  const { unknownCritical, malformed } = readCaa(recordsOf(last));
  const isBroken = malformed.length > 0 || unknownCritical.length > 0;
  return [
    ...malformed.map(({ record, why }) =>
      fault("caa-malformed", `${why}: ${caaLine(name, record)}`),
    ),
    ...unknownCritical.map((record) => fault("caa-unknown-critical", caaLine(name, record))),
    ...(needed === undefined || isBroken
      ? []
      : [fault("caa-forbids-all", `${needed.detail}; publish ${needed.publish}`)]),
  ];
}

interface Refusal {
  /** Where the records stand. */
  readonly at: string;
  readonly detail: string;
  readonly publish: string;
  /** The records name no authority at all. */
  readonly mayNobody: boolean;
}

/** Who issued the certificate, where the records do not let it do so again; undefined: it may, or nobody knows. */
function refusalOf({ server, certificate, name, asked }: Served): Refusal | undefined {
  const last = asked.at(-1);
  const organisation = issuingOrganisation(certificate);
  const domains = organisation === undefined ? undefined : caaDomainsOf(organisation);
  if (last === undefined || domains === undefined) return undefined;
  const records = recordsOf(last);
  const tag = name.startsWith("*.") ? "issuewild" : "issue";
  const issuers = issuersIn(records, tag);
  if (issuers === undefined || isNamed(domains, issuers)) return undefined;
  const isOwnTag = records.some((record) => record.tag.toLowerCase() === tag);
  const property = isOwnTag ? tag : "issue";
  const allowed = issuers.length === 0 ? "nobody" : issuers.join(", ");
  return {
    at: last.name,
    detail: `${server} has a certificate for ${name} from ${organisation ?? ""}, and CAA at ${last.name} lets ${allowed} issue it`,
    publish: caaLine(last.name, { critical: false, tag: property, value: domains[0] }),
    // RFC 8659 §4.3: issuewild is for wildcards alone, and then issue is not.
    mayNobody: (["issue", "issuewild"] as const).every(
      (each) => issuersIn(records, each)?.length === 0,
    ),
  };
}
