import { HOUR, MINUTE } from "../../domain/duration.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { identities, measure, METRICS } from "./measure.ts";
import { nameOf, observe, targets } from "./observe.ts";

/**
 * Certificates, versions and ciphers of our mail servers, and of those that our users log in to. The certificates
 * are looked at hourly; what else a server agrees to, every six hours (see domain/tls.ts).
 */
export const tls = defineProbe({
  name: "tls",
  everyMs: HOUR,
  timeoutMs: 8 * MINUTE,
  targets,
  identify: (target) => ({ server: nameOf(target) }),
  // The port sees to it that no host has many connections at once.
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: METRICS,
  measure,
  identities,
});
