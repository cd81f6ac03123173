import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { MetricSpec, Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, nameOf, observe, type ServerFacts, targets } from "./observe.ts";

const SERVER = ["host", "port"] as const;

const GREETING: MetricSpec = {
  name: "deliverability_smtp_greeting_duration_seconds",
  help: "From connecting to the mail server's greeting; the longest of all addresses.",
  type: "gauge",
  labels: SERVER,
};

const SIZE_LIMIT: MetricSpec = {
  name: "deliverability_smtp_size_limit_bytes",
  help: "Largest message that the mail server takes, where it tells (RFC 1870).",
  type: "gauge",
  labels: SERVER,
};

/** What the mail servers of our domains and of the config file show to strangers; nothing is ever sent. */
export const smtpFace = defineProbe({
  name: "smtp-face",
  everyMs: 6 * HOUR,
  timeoutMs: 4 * MINUTE,
  targets,
  identify: (target) => ({ server: nameOf(target) }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [GREETING, SIZE_LIMIT],
  measure,
  identities,
});

function measure({ servers }: Facts): readonly Sample[] {
  return servers.flatMap((server) => {
    const labels = { host: server.host, port: String(server.port) };
    const faces = facesOf(server);
    const greetings = faces.map(({ greetingMs }) => greetingMs / 1000);
    // RFC 1870 §3: 0 is no limit.
    const limits = faces.flatMap(({ sizeLimitBytes }) =>
      sizeLimitBytes === 0 ? [] : (sizeLimitBytes ?? []),
    );
    return [
      ...(greetings.length === 0
        ? []
        : [{ metric: GREETING, labels, value: Math.max(...greetings) }]),
      ...(limits.length === 0 ? [] : [{ metric: SIZE_LIMIT, labels, value: Math.min(...limits) }]),
    ];
  });
}

/** Words in greetings that stay the same from one day to the next. */
const SOFTWARE =
  /\b(?:Postfix|Exim(?: \d[\d.]*)?|Sendmail|OpenSMTPD|Haraka|Stalwart|maddy|mox|Microsoft ESMTP|Kerio|Zimbra)\b/i;

function identities({ servers }: Facts): readonly Observation[] {
  return servers.flatMap((server) => {
    const faces = facesOf(server);
    if (faces.length === 0 || faces.length < server.sights.length) return [];
    const values = faces.map(({ heloName, bannerName, banner }) => {
      const software = SOFTWARE.exec(banner)?.[0];
      return [heloName ?? bannerName ?? "no name", ...(software ? [software] : [])].join(" ");
    });
    const value = [...new Set(values)].toSorted().join("; ");
    return [{ subject: server.host, aspect: `greeting ${server.port}`, value }];
  });
}

function facesOf({ sights }: ServerFacts) {
  return sights.flatMap(({ face }) => (face.kind === "seen" ? [face] : []));
}
