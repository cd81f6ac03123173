import type { Arrival, Canary, Hop, SpamVerdict, TransportSecurity } from "../../domain/canary.ts";
import { framed, stamp } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { outcomeName, reply, took } from "./outcome.ts";
import { changeRows } from "./page.ts";
import { table } from "./table.ts";
import type { CanaryView } from "./view.ts";

/** Everything that is known of one canary: the evidence behind its outcome. */
export function renderCanary(view: CanaryView): string {
  const { canary, version, now } = view;
  const { arrival } = canary;
  return framed(
    { title: `Canary ${canary.id}`, version, now },
    html`<header>
        <h1><a href="/">Is my mail reaching inboxes?</a></h1>
        <p class="answer">Canary <code>${canary.id}</code>: ${outcomeName(canary)}</p>
      </header>
      <main>
        ${facts(lifeOf(canary, now))} ${sinceGood(view)}
        ${
          arrival === undefined
            ? html`<p class="quiet">No mailbox has shown it, so nobody has written anything about it.</p>`
            : [
                section("What the receiver saw", facts(seenBy(arrival))),
                section("Its own words", quotes(arrival.authenticationResults)),
                section("The way it came, newest first", hops(arrival.hops, now)),
              ]
        }
      </main>`,
  );
}

type Fact = readonly [name: string, value: Html | string | undefined];

function lifeOf(canary: Canary, now: number): readonly Fact[] {
  const when = (at: number | undefined) => (at === undefined ? undefined : stamp(at, now));
  return [
    ["From", canary.route],
    ["To", `${canary.seed} at ${canary.provider}`],
    ["Message-ID", canary.messageId],
    ["Planned", when(canary.plannedAt)],
    ["Accepted", when(canary.submittedAt)],
    ["Attempts", String(canary.attempts)],
    ["Our server replied", reply(canary)],
    ["Queue ID", canary.reply?.queueId],
    ["In the mailbox", when(canary.arrival?.storedAt)],
    ["Folder", canary.arrival?.folder],
    ["Took", took(canary)],
    ["Late", canary.late ? "yes" : undefined],
    ["Decided", when(canary.endedAt)],
  ];
}

function seenBy(arrival: Arrival): readonly Fact[] {
  const { exit } = arrival;
  return [
    ...arrival.authentication.map(({ method, result, reason, properties }): Fact => {
      const about = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
      return [method, [result, reason, ...about].filter((part) => part !== undefined).join(" ")];
    }),
    ...(arrival.secondOpinion ?? []).map(({ domain, selector, result, detail }): Fact => {
      const key = `${selector}._domainkey.${domain}`;
      return ["DKIM, verified here", [result, key, detail].filter(Boolean).join(" ")];
    }),
    ...arrival.spamVerdicts.map((verdict): Fact => [verdict.filter, score(verdict)]),
    ["Left from", exit?.ip],
    ["HELO", exit?.helo],
    ["Reverse name", exit?.reverseName],
    ["TLS", security(arrival.tls)],
  ];
}

function score({ score: points, threshold, spam }: SpamVerdict): string {
  const verdict = spam === undefined ? [] : [spam ? "spam" : "not spam"];
  const count = points === undefined ? [] : [`score ${points}`];
  const limit = threshold === undefined ? [] : [`of ${threshold}`];
  return [...verdict, ...count, ...limit].join(" ");
}

function security(tls: TransportSecurity | undefined): string | undefined {
  return tls && [tls.version ?? "TLS", tls.cipher].filter(Boolean).join(" ");
}

function sinceGood({ lastGood, changesSince, now }: CanaryView): Html | undefined {
  if (lastGood === undefined) return undefined;
  const good = html`<a href="/canary/${lastGood.id}"><code>${lastGood.id}</code></a>`;
  return section(
    "Since the last one in the inbox",
    html`<p>That was ${good}, sent ${stamp(lastGood.plannedAt, now)}.</p>
      ${
        changesSince.length === 0
          ? html`<p class="quiet">Nothing that we look at was seen to change since.</p>`
          : changeRows(changesSince, now)
      }`,
  );
}

function hops(list: readonly Hop[], now: number): Html {
  return table(
    ["When", "From", "Reverse name", "Address", "By", "Protocol", "TLS"],
    list.map(
      ({ at, helo, reverseName, ip, by, protocol, tls }) =>
        html`<tr>
          <td>${at === undefined ? undefined : stamp(at, now)}</td>
          <td>${helo}</td>
          <td>${reverseName}</td>
          <td>${ip}</td>
          <td>${by}</td>
          <td>${protocol}</td>
          <td>${security(tls)}</td>
        </tr>`,
    ),
  );
}

function quotes(texts: readonly string[]): Html {
  if (texts.length === 0) return html`<p class="quiet">It wrote no Authentication-Results.</p>`;
  return html`${texts.map((text) => html`<p class="detail">${text}</p>`)}`;
}

function facts(list: readonly Fact[]): Html {
  return html`<dl>
    ${list.flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
          ],
    )}
  </dl>`;
}

function section(title: string, contents: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    ${contents}
  </section>`;
}
