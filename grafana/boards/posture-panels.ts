import { words } from "../mapping.ts";
import { type AnyPanel, numbers, steps, table, timeline } from "../panel.ts";

/** What others and the DNS say of the domains and addresses. */
export const POSTURE: readonly AnyPanel[] = [
  timeline(
    {
      title: "Are the DNS records in order?",
      description:
        "One line for each kind of record of each domain; no: something is wrong with it that harms mail. The findings above say what.",
      unit: "none",
      noValue: "No record was looked at yet",
      width: 12,
      height: 8,
      queries: [
        {
          expr: "min by (domain, record) (deliverability_dns_record_ok)",
          legend: "{{domain}} · {{record}}",
        },
      ],
    },
    [
      words([
        ["0", "no", "red"],
        ["1", "yes", "green"],
      ]),
    ],
  ),
  steps({
    title: "How near is SPF to its limits?",
    description:
      "DNS look-ups that the SPF record costs, of 10 allowed, and of these the ones that find nothing, of 2. Beyond either receivers answer permerror.",
    unit: "short",
    noValue: "No SPF record was looked at yet",
    width: 12,
    height: 8,
    queries: [
      { expr: "max by (domain) (deliverability_spf_lookups)", legend: "look-ups {{domain}}" },
      {
        expr: "max by (domain) (deliverability_spf_void_lookups)",
        legend: "void look-ups {{domain}}",
      },
    ],
  }).min(0),
  table({
    title: "Who has listed us?",
    description:
      "Entries on blocklists that passed their self-test. listed: many receivers act on it. policy: about the kind of address. relay: the entry is your relay's.",
    unit: "none",
    noValue: "No usable list has an entry",
    width: 12,
    height: 7,
    queries: [
      {
        expr: 'max by (list, subject, kind, meaning) (deliverability_blocklist_listed{meaning!~"allow|informational"}) == 1',
        shape: "table",
      },
    ],
  }).withTransformation({
    id: "organize",
    options: {
      excludeByName: { Time: true, Value: true },
      indexByName: { meaning: 0, list: 1, subject: 2, kind: 3 },
      renameByName: { meaning: "Meaning", list: "List", subject: "About", kind: "Kind" },
    },
  }),
  timeline(
    {
      title: "Can the blocklists be believed?",
      description:
        "Each list is asked about addresses that must and must not be on it. One that fails is not believed, whatever it says.",
      unit: "none",
      noValue: "No blocklist was asked yet",
      width: 12,
      height: 7,
      queries: [
        {
          expr: "min by (list, reason) (deliverability_blocklist_usable)",
          legend: "{{list}} · {{reason}}",
        },
      ],
    },
    [
      words([
        ["0", "no", "gray"],
        ["1", "yes", "green"],
      ]),
    ],
  ),
  numbers({
    title: "How strong are the DKIM keys?",
    description: "Bits of each published key. RSA wants 2048; Ed25519 has 256 and is as good.",
    unit: "none",
    noValue: "No DKIM key was looked at yet",
    width: 12,
    height: 5,
    queries: [
      {
        expr: "max by (domain, selector) (deliverability_dkim_key_bits)",
        legend: "{{selector}} · {{domain}}",
        shape: "now",
      },
    ],
  }),
  numbers({
    title: "How old are the DKIM keys?",
    description: "Since Mailcanary saw the present key first. Rotate them once or twice a year.",
    unit: "s",
    noValue: "No DKIM key was looked at yet",
    width: 12,
    height: 5,
    queries: [
      {
        expr: "time() - max by (domain, selector) (deliverability_dkim_key_first_seen_timestamp_seconds)",
        legend: "{{selector}} · {{domain}}",
        shape: "now",
      },
    ],
  }),
];
