import { formatDuration } from "../../domain/duration.ts";
import type { ObservedChange } from "../../domain/store.ts";
import { canaryRows } from "./canary-rows.ts";
import { framed, stamp } from "./frame.ts";
import { headline } from "./headline.ts";
import { html, type Html, prose } from "./html.ts";
import { streamRows } from "./stream-rows.ts";
import { table } from "./table.ts";
import type { PageView } from "./view.ts";

const REFRESH_SECONDS = 15;

/** The status page: is my mail reaching inboxes, since when not, where, why, and what to do. */
export function renderPage(view: PageView): string {
  const { answer, tone } = headline(view);
  const { version, now } = view;
  const title = `${tone === "good" ? "✓" : "!"} Mailcanary`;
  return framed(
    { title, version, now, refreshSeconds: REFRESH_SECONDS },
    html`<header>
        <h1>Is my mail reaching inboxes?</h1>
        <p class="answer ${tone}">${answer}</p>
      </header>
      <main>
        ${view.findings.length > 0 ? todo(view) : undefined}
        <section>
          <h2>Where it goes</h2>
          ${streamRows(view)}
        </section>
        ${view.changes.length > 0 ? changed(view) : undefined}
        <section>
          <h2>Newest canaries</h2>
          ${canaryRows(view)}
        </section>
      </main>`,
  );
}

function todo({ findings, now }: PageView): Html {
  return html`<section>
    <h2>What to do</h2>
    ${findings.map(
      ({ info, subject, detail, since, explains }) =>
        html`<article class="finding ${info.severity}">
          <h3>${info.title}: ${subject}</h3>
          <p class="since">
            since ${stamp(since, now)} (${formatDuration(Math.max(0, now - since))})
          </p>
          <p class="detail">${detail}</p>
          <p>${prose(info.advice)}</p>
          ${
            explains.length === 0
              ? undefined
              : html`<p class="quiet">This explains as well: ${explains.join("; ")}.</p>`
          }
        </article>`,
    )}
  </section>`;
}

function changed({ changes, now }: PageView): Html {
  return html`<section>
    <h2>What changed</h2>
    ${changeRows(changes, now)}
  </section>`;
}

/** Old and new value of each change. */
export function changeRows(changes: readonly ObservedChange[], now: number): Html {
  return table(
    ["When", "Of", "What", "Before", "After"],
    changes.map(
      ({ at, subject, aspect, before, after }) =>
        html`<tr>
          <td>${stamp(at, now)}</td>
          <td>${subject}</td>
          <td>${aspect}</td>
          <td class="long">${cut(before)}</td>
          <td class="long">${cut(after)}</td>
        </tr>`,
    ),
  );
}

const MAX_VALUE_CHARACTERS = 300;

function cut(value: string): string {
  return value.length > MAX_VALUE_CHARACTERS ? `${value.slice(0, MAX_VALUE_CHARACTERS)}…` : value;
}
