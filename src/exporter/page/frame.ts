import { html, type Html } from "./html.ts";
import { STYLE } from "./style.ts";

export interface Frame {
  readonly title: string;
  readonly version: string;
  readonly now: number;
  /** How often a browser asks again; undefined: the page stays as it is. */
  readonly refreshSeconds?: number;
}

/** What every page of ours has around its contents. */
export function framed({ title, version, now, refreshSeconds }: Frame, contents: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      ${
        refreshSeconds === undefined
          ? undefined
          : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`
      }
      <title>${title}</title>
      <style>
        ${STYLE}
      </style>
      ${contents}
      <footer>
        Mailcanary ${version} · <a href="/metrics">metrics</a> · <a href="/-/healthy">health</a> ·
        <a href="/-/ready">readiness</a> · all times UTC, as of ${clockTime(now)}
      </footer>
    </html>`.text;
}

/** `12:34:56`. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** The time, with the day only where it is not today. */
export function stamp(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const today = new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10);
  return today ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}
