import { words } from "../mapping.ts";
import { type AnyPanel, steps, timeline } from "../panel.ts";

/** What surrounds the mail: DNS now; blocklists, certificates and reports have their room here. */
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
];
