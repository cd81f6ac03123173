import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { board } from "../board.ts";
import { ANSWERS } from "./overview-answers.ts";
import { PLACES } from "./overview-places.ts";
import { REASONS } from "./overview-reasons.ts";
import { DOMAINS } from "./domain-panels.ts";
import { POSTURE } from "./posture-panels.ts";
import { TLS } from "./tls-panels.ts";
import { WATCH } from "./overview-watch.ts";

/** Is my mail reaching inboxes; if not, since when, where, why, and what next. */
export function overview(): Dashboard {
  return board({
    uid: "mailcanary-overview",
    title: "Mailcanary: is my mail reaching inboxes?",
    description:
      "The answer at the top, then since when and where, then why, and at the end whether the monitor itself can see.",
    from: "now-7d",
    variables: ["route", "providers"],
    sections: [
      { panels: ANSWERS },
      { title: "Where does it go, and since when?", panels: PLACES },
      { title: "Why?", panels: REASONS },
      {
        title: "Are the domain and the server in order?",
        panels: [...POSTURE, ...DOMAINS, ...TLS],
      },
      { title: "Can Mailcanary see?", panels: WATCH },
    ],
  });
}
