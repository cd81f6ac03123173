import { clockTime } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { outcomeName } from "./outcome.ts";
import { table } from "./table.ts";
import type { PageView, StreamView } from "./view.ts";

const HEADS = [
  "Provider",
  "Seed",
  "Route",
  "Newest outcomes, the newest at the right",
  "Inbox rate of late",
  "Under way",
];

/** How mail fares on each route to each seed. */
export function streamRows({ streams }: PageView): Html {
  return table(
    HEADS,
    streams.map(
      (stream) =>
        html`<tr>
          <td>${stream.provider}</td>
          <td>${stream.seed}</td>
          <td>${stream.route}</td>
          <td class="trail">${trail(stream)} ${outcomeName(stream.recent[0])}</td>
          <td>${rate(stream)}</td>
          <td>${stream.inFlight}</td>
        </tr>`,
    ),
  );
}

/** A dot for each canary, which leads to it. */
function trail({ recent }: StreamView): Html | readonly Html[] {
  if (recent.length === 0) return html`<span class="quiet">none decided yet</span>`;
  return recent.toReversed().map(
    ({ id, outcome, endedAt }) =>
      html`<a
          class="dot ${outcome}"
          href="/canary/${id}"
          title="${outcome} ${clockTime(endedAt ?? 0)}"
        ></a>`,
  );
}

function rate({ rate: of }: StreamView): Html | undefined {
  if (of === undefined) return undefined;
  const words = `${percent(of.mean)} (${percent(of.low)} to ${percent(of.high)})`;
  return of.fallenSince === undefined
    ? html`${words}`
    : html`<span class="outcome spam">${words}, normally ${percent(of.normal)}</span>`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
