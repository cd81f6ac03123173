import { Html } from "./html.ts";

/** One small sheet, light and dark; colours differ in lightness too, so that they tell without hue. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --good: #1a7f37; --bad: #b42318; --unsure: #8a6100; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff7b72; --unsure: #e0b341; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { font-size: 1.1rem; font-weight: 500; margin: 1rem 0 0; opacity: .75; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; }
.answer { font-size: 1.6rem; font-weight: 650; margin: .2rem 0 1rem; line-height: 1.3; }
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
.finding { border-left: 4px solid var(--unsure); padding: .2rem 1rem; margin: 0 0 1rem; }
.finding.fail { border-color: var(--bad); }
.finding p { margin: .2rem 0; max-width: 60rem; }
.since, .quiet, footer { opacity: .7; font-size: .9rem; }
.detail { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; opacity: .75; }
.long { white-space: normal; min-width: 14rem; font-size: .8rem; overflow-wrap: anywhere; }
.dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: 2px; background: var(--unsure); }
.dot.inbox, .dot.tab { background: var(--good); }
.dot.spam, .dot.missing, .dot.refused, .dot.bounced { background: var(--bad); border-radius: 2px; }
.dot.unknown { background: none; box-shadow: inset 0 0 0 2px var(--unsure); }
.outcome.inbox, .outcome.tab { color: var(--good); }
.outcome.spam, .outcome.missing, .outcome.refused, .outcome.bounced { color: var(--bad); font-weight: 600; }
.outcome.other, .outcome.unknown { color: var(--unsure); }
a { color: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0; font-size: .95rem; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 3rem; }
`);
