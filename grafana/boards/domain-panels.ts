import { type AnyPanel, table } from "../panel.ts";

/** What the domains publish, and when they last changed it. */
export const DOMAINS: readonly AnyPanel[] = [
  table({
    title: "What do the domains ask of receivers?",
    description:
      "The DMARC policy for the domain (p), its subdomains (sp) and names that do not exist (np): none, quarantine or reject what does not pass.",
    unit: "none",
    noValue: "No DMARC record was looked at yet",
    width: 12,
    height: 6,
    queries: [
      { expr: "max by (domain, p, sp, np) (deliverability_dmarc_policy_info)", shape: "table" },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true, Value: true },
      indexByName: { domain: 0, p: 1, sp: 2, np: 3 },
      renameByName: { domain: "Domain" },
    },
  }),
  table({
    title: "When did records change last?",
    description:
      "As far as Mailcanary saw it. Compare with when mail began to suffer; the lines through the panels above are the same moments.",
    unit: "dateTimeFromNow",
    noValue: "No record has changed since Mailcanary looks",
    width: 12,
    height: 6,
    queries: [
      {
        expr: "1000 * max by (domain, record) (deliverability_dns_record_changed_timestamp_seconds)",
        shape: "table",
      },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true },
      indexByName: { domain: 0, record: 1, Value: 2 },
      renameByName: { domain: "Domain", record: "Record", Value: "Changed" },
    },
  }),
];
