import type { FindingCatalogue } from "../../domain/finding.ts";

export const FINDINGS = {
  "seed-unreadable": {
    severity: "unknown",
    title: "The seed mailbox cannot be read",
    advice:
      "Placement at this seed is not judged until it can. Read the reason: most providers want an app password or OAuth2 and IMAP switched on in the account's settings.",
    explainedBy: ["dns-unreachable"],
  },
  "inbox-not-found": {
    severity: "unknown",
    title: "The seed has no folder that is its inbox",
    advice: "Set folders.inbox of the seed to the folder's name as your mail program shows it.",
  },
  "spam-folder-unresolved": {
    severity: "fail",
    title: "It is not known which folder of the seed holds spam",
    advice:
      "Without it mail in spam would only be found late, as other folder. Set folders.spam of the seed to the folder's name as your mail program shows it.",
  },
  "mailbox-nearly-full": {
    severity: "warn",
    title: "The seed mailbox is nearly full",
    advice:
      "A full mailbox bounces mail, and canaries would go missing for no fault of yours. Empty it, or set delete_canaries_after of the seed.",
  },
} as const satisfies FindingCatalogue;

export type MailboxFinding = keyof typeof FINDINGS;
