import type { Canary } from "../domain/canary.ts";
import type { PageView } from "./page.ts";

export interface Headline {
  readonly answer: string;
  readonly tone: "good" | "bad" | "unsure";
}

/** The one sentence that the page is read for. Pure. */
export function headline({ streams }: Pick<PageView, "streams">): Headline {
  const newest = streams.flatMap(({ recent }) => recent.slice(0, 1));
  const bad = newest.filter(isBad);
  const unknown = newest.filter(({ outcome }) => outcome === "unknown");
  if (bad.length > 0) return { tone: "bad", answer: `No. ${bad.map(sentence).join(" ")}` };
  if (newest.length === 0) {
    return { tone: "unsure", answer: "No canary has been decided yet; give it a few minutes." };
  }
  if (unknown.length > 0) {
    const seeds = unknown.map(({ seed }) => seed).join(", ");
    return { tone: "unsure", answer: `It cannot be told for ${seeds}: see what to do below.` };
  }
  const waiting = streams.length - newest.length;
  const rest = waiting > 0 ? ` ${waiting} more not decided yet.` : "";
  return {
    tone: "good",
    answer: `Yes: the newest canary reached the inbox at ${count(newest.length, "seed")}.${rest}`,
  };
}

function isBad({ outcome }: Canary): boolean {
  return outcome !== "inbox" && outcome !== "tab" && outcome !== "unknown";
}

function sentence({ outcome, provider, arrival }: Canary): string {
  switch (outcome) {
    case "spam":
      return `${provider} files it as spam.`;
    case "missing":
      return `At ${provider} it was accepted and never appeared.`;
    case "refused":
      return `Your own server refuses mail to ${provider}.`;
    case "bounced":
      return `${provider} sends it back.`;
    case "other":
      return `${provider} files it into “${arrival?.folder ?? "another folder"}”.`;
    case "inbox":
    case "tab":
    case "unknown":
    case undefined:
      return "";
  }
}

function count(number: number, noun: string): string {
  return number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}
