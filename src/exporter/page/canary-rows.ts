import type { Canary } from "../../domain/canary.ts";
import { stamp } from "./frame.ts";
import { html, type Html } from "./html.ts";
import { outcomeName, reply, took } from "./outcome.ts";
import { table } from "./table.ts";
import type { PageView } from "./view.ts";

const HEADS = [
  "Sent",
  "Canary",
  "Route",
  "Seed",
  "Outcome",
  "Folder",
  "Took",
  "The receiver says",
  "Reply of our server",
];

/** The newest canaries, each with a page of its own behind its name. */
export function canaryRows({ canaries, now }: PageView): Html {
  if (canaries.length === 0) return html`<p class="quiet">No canary has been sent yet.</p>`;
  return table(
    HEADS,
    canaries.map(
      (canary) =>
        html`<tr>
          <td>${stamp(canary.plannedAt, now)}</td>
          <td><a href="/canary/${canary.id}"><code>${canary.id}</code></a></td>
          <td>${canary.route}</td>
          <td>${canary.seed}</td>
          <td>${outcomeName(canary)}</td>
          <td>${canary.arrival?.folder}</td>
          <td>${took(canary)}</td>
          <td>${says(canary)}</td>
          <td class="long">${reply(canary)}</td>
        </tr>`,
    ),
  );
}

const METHODS: readonly string[] = ["spf", "dkim", "dmarc"];

function says({ arrival }: Canary): string {
  return (arrival?.authentication ?? [])
    .filter(({ method }) => METHODS.includes(method))
    .map(({ method, result }) => `${method}=${result}`)
    .join(" ");
}
