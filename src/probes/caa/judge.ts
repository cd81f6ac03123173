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
  const isTold = ({ at, mayNobody }: Refusal) => mayNobody && at === asked.at(-1)?.name;
  return [
    ...judgeRecords(asked, refused.find(isTold)?.publish),
    ...refused
      .filter((refusal) => !isTold(refusal))
      .map(({ detail, publish }) => fault("caa-forbids-renewal", `${detail}. Add ${publish}`)),
  ];
}

function judgeRecords(asked: CaaAsked, wanted: string | undefined): readonly Fault<CaaFinding>[] {
  const unknown = failuresOf(asked);
  if (unknown !== undefined) return [fault("caa-undecided", unknown)];
  const last = asked.at(-1);
  if (last === undefined) return [];
  const { name } = last;
  const { issuers, unknownCritical, malformed } = readCaa(recordsOf(last));
  const isBroken = malformed.length > 0 || unknownCritical.length > 0;
  const example = { critical: false, tag: "issue", value: "your authority's domain" };
  const publish = wanted ?? caaLine(name, example);
  return [
    ...malformed.map(({ record, why }) =>
      fault("caa-malformed", `${why}: ${caaLine(name, record)}`),
    ),
    ...unknownCritical.map((record) => fault("caa-unknown-critical", caaLine(name, record))),
    ...(issuers?.length === 0 && !isBroken
      ? [fault("caa-forbids-all", `found no issuer at ${name}; publish ${publish}`)]
      : []),
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
    mayNobody: issuersIn(records, "issue")?.length === 0 && property === "issue",
  };
}
