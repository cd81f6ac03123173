import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/domain/config.ts";
import type { Net } from "../../src/domain/net.ts";
import type { Verdict } from "../../src/domain/result.ts";
import { createNet } from "../../src/net/net.ts";
import { smtpFace } from "../../src/probes/smtp-face/probe.ts";
import { tls } from "../../src/probes/tls/probe.ts";
import { directoryWith } from "../config/directory.ts";
import { silentLog } from "../fakes/log.ts";
import { daemonConfig } from "./daemon-config.ts";
import { OWN } from "./domains.ts";
import { until } from "./wait.ts";
import { type Lab, startLab } from "./world.ts";

const CONF = "/etc/dovecot/dovecot.conf";
const PORTS = [25, 110, 143, 465, 587, 993, 995];
const START_TIMEOUT_MS = 15_000;

const stack = new AsyncDisposableStack();
let lab: Lab;
/** Dovecot as it should be, with IMAP and POP3 on all four ports. */
let healthy: string;

beforeAll(async () => {
  lab = stack.use(await startLab());
  const usual = await lab.hosts.own.read(CONF);
  healthy = usual
    .replace("protocols = imap lmtp", "protocols = imap lmtp pop3")
    .replace(/inet_listener imap \{\s*port = 0/, "inet_listener imap {\n    port = 143");
  await dovecot(healthy);
  await postfix(
    "smtpd_tls_protocols = >=TLSv1.2",
    "smtpd_tls_mandatory_protocols = >=TLSv1.2",
    "smtpd_tls_exclude_ciphers = aNULL, eNULL, kRSA",
  );
  setDefaultCACertificates([...getCACertificates("default"), lab.ca]);
  await lab.dns.publish([
    ...lab.dns.records(),
    srv("_submissions", 465),
    srv("_submission", 587),
    srv("_imaps", 993),
    srv("_imap", 143),
    srv("_pop3s", 995),
    srv("_pop3", 110),
    // Somebody else's: nobody listens there, and nobody shall be asked.
    srv("_imap", 1143, "mx.bigmail.example"),
  ]);
});
afterAll(() => stack.disposeAsync());

describe("what SRV records name", () => {
  it("is looked at on every port of real Postfix and Dovecot, and nothing is wrong with it", async () => {
    const { findings, samples } = await look();
    expect(findings).toEqual([]);
    const seen = samples.flatMap(({ metric, labels, value }) =>
      metric.name === "deliverability_tls_ok"
        ? [`${labels["host"]} ${labels["port"]} ${value}`]
        : [],
    );
    expect(seen.toSorted()).toEqual(PORTS.map((port) => `${OWN.hostname} ${port} 1`).toSorted());
  });

  it("leads nowhere where there is no such host, or under the wrong name, and that is told", async () => {
    const records = lab.dns.records();
    const wrong = [srv("_imap", 993), srv("_pop3", 110, `gone.${OWN.domain}`)];
    await lab.dns.publish([...records, ...wrong]);
    const { findings } = await lookBefore(() => lab.dns.publish(records));
    expect(findings).toMatchObject([{ kind: "tls-srv-astray", subject: OWN.domain }]);
    expect(findings[0]?.detail.split("; _")).toEqual([
      expect.stringMatching(/^_imap\._tcp.* publish _imaps\._tcp\.own\.example\. IN SRV/),
      expect.stringMatching(/^pop3\._tcp.* a host without any address$/),
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      "old versions",
      "ssl_min_protocol = TLSv1\nssl_cipher_list = ALL:!aNULL:!eNULL:@SECLEVEL=0",
      [110, 143, 993, 995].map((port) => `tls-old-versions ${port}`),
    ],
    [
      "logins before TLS",
      "ssl = yes\ndisable_plaintext_auth = no",
      [110, 143].map((port) => `tls-auth-in-clear ${port}`),
    ],
    [
      "no TLS",
      "ssl = no",
      [
        ...[110, 143].map((port) => `tls-starttls-missing ${port}`),
        ...[993, 995].map((port) => `tls-undecided ${port}`),
      ],
    ],
  ])(
    "tells of %s at the ports that have it, and of nothing else",
    async (_, settings, expected) => {
      await dovecot(`${healthy}\n${settings}\n`);
      const { findings } = await lookBefore(() => dovecot(healthy));
      const told = findings.map(({ kind, detail }) => `${kind} ${/port (\d+),/.exec(detail)?.[1]}`);
      expect(told.toSorted()).toEqual([...expected].toSorted());
    },
  );
});

describe("endpoints of the config file", () => {
  it("are looked at as configured, in a session each and on every protocol", async () => {
    const endpoints = [25, 110, 143, 465, 993, 995].map((port) => ({
      host: OWN.address,
      port,
      servername: OWN.hostname,
      ca_file: "ca.pem",
    }));
    const verdicts = await lookAt(config({ endpoints }));
    for (const { port } of endpoints) {
      expect(verdicts.get(`tls server=${OWN.address}:${port}`)).toMatchObject({ severity: "ok" });
    }
    for (const port of [25, 465]) {
      expect(verdicts.get(`smtp-face server=${OWN.address}:${port}`)).toMatchObject({
        severity: "ok",
        samples: [{ labels: { port: String(port) } }, {}],
      });
    }
  });
});

function srv(service: string, port: number, host = OWN.hostname) {
  return {
    name: `${service}._tcp.${OWN.domain}`,
    type: "SRV" as const,
    value: `0 1 ${port} ${host}`,
  };
}

/** Starts Dovecot anew with this configuration. */
async function dovecot(text: string): Promise<void> {
  const { own } = lab.hosts;
  await own.write(CONF, text);
  await own.run("doveadm", "stop");
  await until("Dovecot to be gone", async () => !(await own.listens(143)), START_TIMEOUT_MS);
  await own.serve("dovecot", "dovecot -F");
  await until("Dovecot to be back", () => own.listens(143), START_TIMEOUT_MS);
}

/** What the findings advise, for Debian's defaults are older. */
async function postfix(...settings: readonly string[]): Promise<void> {
  const { own } = lab.hosts;
  await own.run("postconf", "-e", ...settings);
  await own.run("postfix", "reload");
}

/** What is said of MX hosts and of what SRV records name; everything is looked at anew. */
async function look(): Promise<Pick<Verdict, "findings" | "samples">> {
  const verdicts = await lookAt(config({}));
  const both = ["tls server=mx", "tls server=srv"].flatMap((id) => verdicts.get(id) ?? []);
  return {
    findings: both.flatMap(({ findings }) => findings),
    samples: both.flatMap(({ samples }) => samples),
  };
}

/** The same, before a fault is mended. */
async function lookBefore(mend: () => Promise<void>): ReturnType<typeof look> {
  try {
    return await look();
  } finally {
    await mend();
  }
}

async function lookAt(checked: Config): Promise<ReadonlyMap<string, Verdict>> {
  const net: Net = {
    ...createNet(checked, silentLog, "lab"),
    seen: { exits: () => [], arrived: () => [] },
  };
  const checks = [tls, smtpFace].flatMap((probe) => probe.checks(checked));
  const verdicts = checks.map(
    async (check) => [check.id, await check.run(net, new AbortController().signal)] as const,
  );
  return new Map(await Promise.all(verdicts));
}

/** The lab's config file, whose route has no TLS so that its server is nobody's but the records'. */
function config(over: object): Config {
  const text = daemonConfig(lab, { caFile: "ca.pem", dataDir: "data", every: "1h" });
  const file = JSON.parse(text) as { routes: { smtp: object }[] };
  const routes = file.routes.map((route) => ({
    ...route,
    smtp: { host: "localhost", tls: "none" },
  }));
  const files = { "ca.pem": lab.ca, "config.yaml": JSON.stringify({ ...file, routes, ...over }) };
  const directory = directoryWith(files);
  const loaded = loadConfig(join(directory, "config.yaml"));
  if (!loaded.ok) throw new Error(loaded.problems.join("\n"));
  return loaded.config;
}
