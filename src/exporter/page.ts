import type { Canary } from "../domain/canary.ts";
import { formatDuration } from "../domain/duration.ts";
import type { FindingInfo } from "../domain/finding.ts";
import type { OpenFinding } from "../domain/store.ts";
import { headline } from "./headline.ts";
import { html, type Html } from "./html.ts";
import { STYLE } from "./style.ts";

/** What the page shows; plain facts, put together by the caller. */
export interface PageView {
  readonly version: string;
  readonly now: number;
  readonly streams: readonly StreamView[];
  readonly findings: readonly FindingView[];
  /** Newest first. */
  readonly canaries: readonly Canary[];
}

/** Something to do. */
interface FindingView extends OpenFinding {
  readonly info: FindingInfo;
  /** What goes away with it: titles and subjects of other findings. */
  readonly explains: readonly string[];
}

/** One route to one seed. */
export interface StreamView {
  readonly route: string;
  readonly seed: string;
  readonly provider: string;
  /** What the detector says of the route and the provider; undefined: nothing decided yet. */
  readonly rate: RateView | undefined;
  /** Decided canaries, newest first. */
  readonly recent: readonly Canary[];
  readonly inFlight: number;
}

/** The inbox rate of late with its 95 % interval, 0 to 1. */
export interface RateView {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly normal: number;
  /** Estimated beginning of the fall, wall clock; undefined: no alarm. */
  readonly fallenSince: number | undefined;
}

/** How often a browser asks again. */
const REFRESH_SECONDS = 15;

/** The status page: is my mail reaching inboxes, since when not, where, why, and what to do. */
export function renderPage(view: PageView): string {
  const { answer, tone } = headline(view);
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="refresh" content="${REFRESH_SECONDS}" />
      <title>${tone === "good" ? "✓" : "!"} Mailcanary</title>
      <style>
        ${STYLE}
      </style>
      <header>
        <h1>Is my mail reaching inboxes?</h1>
        <p class="answer ${tone}">${answer}</p>
      </header>
      <main>
        ${view.findings.length > 0 ? todo(view) : undefined}
        <section>
          <h2>Where it goes</h2>
          ${streams(view)}
        </section>
        <section>
          <h2>Newest canaries</h2>
          ${canaries(view)}
        </section>
      </main>
      <footer>
        Mailcanary ${view.version} · <a href="/metrics">metrics</a> ·
        <a href="/-/healthy">health</a> · <a href="/-/ready">readiness</a> · all times UTC, as of
        ${clockTime(view.now)}
      </footer>
    </html>`.text;
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
          <p>${info.advice}</p>
          ${
            explains.length === 0
              ? undefined
              : html`<p class="quiet">This explains as well: ${explains.join("; ")}.</p>`
          }
        </article>`,
    )}
  </section>`;
}

function streams({ streams: list }: PageView): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Provider</th>
          <th>Seed</th>
          <th>Route</th>
          <th>Newest outcomes, the newest at the right</th>
          <th>Inbox rate of late</th>
          <th>Under way</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          (stream) =>
            html`<tr>
              <td>${stream.provider}</td>
              <td>${stream.seed}</td>
              <td>${stream.route}</td>
              <td class="trail">
                ${
                  stream.recent.length === 0
                    ? html`<span class="quiet">none decided yet</span>`
                    : stream.recent.toReversed().map(
                        ({ outcome, endedAt }) =>
                          html`<i
                              class="dot ${outcome}"
                              title="${outcome} ${clockTime(endedAt ?? 0)}"
                            ></i>`,
                      )
                }
                ${outcomeName(stream.recent[0])}
              </td>
              <td>${rate(stream)}</td>
              <td>${stream.inFlight}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
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

function canaries({ canaries: list, now }: PageView): Html {
  if (list.length === 0) return html`<p class="quiet">No canary has been sent yet.</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Sent</th>
          <th>Canary</th>
          <th>Route</th>
          <th>Seed</th>
          <th>Outcome</th>
          <th>Folder</th>
          <th>Took</th>
          <th>The receiver says</th>
          <th>Reply of our server</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          (canary) =>
            html`<tr>
              <td>${stamp(canary.plannedAt, now)}</td>
              <td><code>${canary.id}</code></td>
              <td>${canary.route}</td>
              <td>${canary.seed}</td>
              <td>${outcomeName(canary)}</td>
              <td>${canary.arrival?.folder}</td>
              <td>${took(canary)}</td>
              <td>${says(canary)}</td>
              <td class="reply">${reply(canary)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function outcomeName(canary: Canary | undefined): Html | undefined {
  if (canary === undefined) return undefined;
  const name = canary.outcome ?? (canary.late ? "late" : "under way");
  return html`<span class="outcome ${canary.outcome ?? "open"}">${name}</span>`;
}

function took({ submittedAt, arrival }: Canary): string | undefined {
  if (submittedAt === undefined || arrival === undefined) return undefined;
  return formatDuration(
    Math.max(0, Math.min(arrival.seenAt, arrival.storedAt + 999) - submittedAt),
  );
}

function says({ arrival }: Canary): string {
  const methods = ["spf", "dkim", "dmarc"];
  return (arrival?.authentication ?? [])
    .filter(({ method }) => methods.includes(method))
    .map(({ method, result }) => `${method}=${result}`)
    .join(" ");
}

function reply({ reply: said }: Canary): string | undefined {
  return said === undefined ? undefined : `${said.code} ${said.enhanced ?? ""} ${said.text}`;
}

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** The day only where it is not today. */
function stamp(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const today = new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10);
  return today ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}
