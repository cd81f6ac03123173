import type { FindingCatalogue } from "../domain/finding.ts";
import { bimi } from "./bimi/probe.ts";
import { blocklist } from "./blocklist/probe.ts";
import { CANARY_FINDINGS } from "./canary/findings.ts";
import { dane } from "./dane/probe.ts";
import { dkim } from "./dkim/probe.ts";
import { dmarc } from "./dmarc/probe.ts";
import { mailbox } from "./mailbox/probe.ts";
import type { Probe } from "./probe.ts";
import { caa } from "./caa/probe.ts";
import { dnssec } from "./dnssec/probe.ts";
import { mx } from "./mx/probe.ts";
import { nameServers } from "./name-servers/probe.ts";
import { reverseDns } from "./reverse-dns/probe.ts";
import { mtaSts } from "./mta-sts/probe.ts";
import { resolver } from "./resolver/probe.ts";
import { smtpFace } from "./smtp-face/probe.ts";
import { spf } from "./spf/probe.ts";
import { tls } from "./tls/probe.ts";
import { tlsRpt } from "./tls-rpt/probe.ts";

/** Every probe that runs on a schedule. A new one is a folder and a line here. */
export const PROBES: readonly Probe[] = [
  resolver,
  mailbox,
  spf,
  blocklist,
  dkim,
  mx,
  reverseDns,
  nameServers,
  dnssec,
  caa,
  tls,
  mtaSts,
  tlsRpt,
  dane,
  smtpFace,
  bimi,
  dmarc,
];

/** What each kind of finding means, the canaries' and the runner's included. */
export const FINDINGS: FindingCatalogue = {
  ...CANARY_FINDINGS,
  ...Object.assign({}, ...PROBES.map((probe) => probe.findings)),
};
