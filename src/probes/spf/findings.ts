import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";
import type { Fault } from "../domain-probe.ts";

export const FINDINGS = {
  "spf-missing": {
    severity: "fail",
    title: "The envelope domain has no SPF record",
    advice:
      "Publish the record in the detail. Without it no receiver can tell by SPF that mail is yours.",
    explainedBy: ["resolver-invents"],
  },
  "spf-several-records": {
    severity: "fail",
    title: "The domain has several SPF records",
    advice: "Receivers refuse to choose and answer permerror. Keep one: the detail merges them.",
  },
  "spf-syntax": {
    severity: "fail",
    title: "The SPF record is not well-formed",
    advice: "One broken term makes receivers ignore all of it. Mend the term in the detail.",
  },
  "spf-include-broken": {
    severity: "fail",
    title: "The SPF record includes one that is missing or broken",
    advice: "Receivers answer permerror. Ask its owner for the right name, or remove the term.",
    explainedBy: ["resolver-invents"],
  },
  "spf-too-many-lookups": {
    severity: "fail",
    title: "The SPF record asks the DNS too often",
    advice:
      "Receivers give up after ten terms that ask the DNS, and your mail has no SPF. The detail shows who costs what: remove services you no longer use, and write addresses instead of a and mx.",
  },
  "spf-too-many-void-lookups": {
    severity: "fail",
    title: "The SPF record names too much that does not exist",
    advice: "Receivers give up after two terms that find nothing. Remove those in the detail.",
  },
  "spf-over-limit-behind": {
    severity: "warn",
    title: "The SPF record is over a limit of SPF, behind the terms that allow your mail",
    advice:
      "Your mail passes since its terms stand first. Others get permerror where they ought to fail, and another order or a new exit would stop your mail. Shorten the record as in the detail.",
  },
  "spf-allows-all": {
    severity: "fail",
    title: "The SPF record lets everybody send as the domain",
    advice:
      "Publish the record in the detail: your own senders, then ~all. Write -all once you are sure that it names everybody who sends for you.",
  },
  "spf-no-all": {
    severity: "warn",
    title: "The SPF record says nothing about other senders",
    advice:
      "End it with ~all, as in the detail, or with -all if you are sure that it names everybody who sends for you.",
  },
  "spf-ptr": {
    severity: "warn",
    title: "The SPF record uses reverse names",
    advice:
      "ptr and the macro %{p} are slow, unreliable, and not to be used (RFC 7208 §5.5); some receivers ignore them. Name the addresses instead that your mail leaves from.",
  },
  "spf-exit-not-covered": {
    severity: "fail",
    title: "Mail leaves from an address that the SPF record does not allow",
    advice: "Do as the detail says, or mend the routing that made mail leave there.",
  },
  "spf-guess-not-covered": {
    severity: "warn",
    title: "An address that mail may leave from is not in the SPF record",
    advice:
      "That mail leaves there is a guess. Name the addresses that it does leave from with --exit, or let canaries show them; if this is one of them, publish the record in the detail.",
  },
  "spf-former-exit": {
    severity: "warn",
    title: "Mail left from an address days ago that the SPF record does not allow",
    advice:
      "If you moved away from it, all is well and the finding ends within a week. If mail still leaves there now and then, publish the record in the detail.",
  },
  "spf-helo-missing": {
    severity: "warn",
    title: "The HELO name has no SPF record",
    advice:
      "Bounces and other mail without an envelope sender are checked by the HELO name alone. Do as the detail says.",
    explainedBy: ["resolver-invents"],
  },
  "spf-helo-not-covered": {
    severity: "warn",
    title: "The SPF record of the HELO name does not allow its own address",
    advice: "Do as the detail says. Some receivers reject on a HELO that fails.",
    explainedBy: ["mx-no-target"],
  },
  "spf-undecided": {
    severity: "unknown",
    title: "SPF could not be judged",
    advice: "The DNS did not answer a question that the record leads to; the detail says which.",
    explainedBy: ZONE_FAULTS,
  },
} as const satisfies FindingCatalogue;

export type SpfFinding = keyof typeof FINDINGS;

export type SpfFault = Fault<SpfFinding>;
