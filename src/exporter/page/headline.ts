import type { Canary } from "../../domain/canary.ts";
import type { PageView, StreamView } from "./view.ts";

export interface Headline {
  readonly answer: string;
  readonly tone: "good" | "bad" | "unsure";
}

/** The one sentence that the page is read for. Pure. */
export function headline({ streams }: Pick<PageView, "streams">): Headline {
  const newest = streams.flatMap(({ recent }) => recent.slice(0, 1));
  const fallen = fallenStreams(streams);
  if (fallen.length > 0) return { tone: "bad", answer: `Less and less. ${fallen.join(" ")}` };
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

/** A sentence for each route and provider whose alarm is on, however many seeds it has. */
function fallenStreams(streams: readonly StreamView[]): readonly string[] {
  const sentences = streams.flatMap(({ provider, rate }) => {
    if (rate?.fallenSince === undefined) return [];
    const since = new Date(rate.fallenSince).toISOString().slice(0, 16).replace("T", " ");
    return `Mail to ${provider} has been reaching the inbox ${percent(rate.mean)} of the time since about ${since} (normally ${percent(rate.normal)}).`;
  });
  return [...new Set(sentences)];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
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
