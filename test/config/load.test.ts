import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, loadDataDir } from "../../src/config/load.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/domain/duration.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { configOf, directoryWith, problemsOf } from "./directory.ts";

const route = `
routes:
  - name: main
    smtp: { host: mail.example.org }
    from: anna@example.org
`;
const seed = `
seeds:
  - name: gmail
    address: Anna.Canary@GMail.com
    provider: gmail
    imap: { auth: { password: hunter2 } }
`;

function withSmtp(smtp: string): string {
  return route.replace("{ host: mail.example.org }", smtp) + seed;
}

function withSeed(provider: string, imap: string): string {
  return `${route}
seeds:
  - { name: a, address: anna@example.net, provider: ${provider}, imap: ${imap} }
`;
}

describe("config/load", () => {
  it("fills in what is left out", () => {
    const directory = directoryWith({ "config.yaml": route + seed });
    const loaded = loadConfig(join(directory, "config.yaml"), {});
    expect(loaded).toMatchObject({
      ok: true,
      config: {
        schedule: { kind: "every", everyMs: 30 * MINUTE },
        jitterMs: 2 * MINUTE,
        budget: { perSeedPerDay: 60 },
        deadlines: { lateMs: 30 * MINUTE, lostMs: 6 * HOUR },
        attrition: {
          falseAlarmYears: 1,
          sloInbox: 0.95,
          tabScore: 0.5,
          otherScore: 0.5,
          burst: true,
        },
        limits: { concurrency: 8, perHost: 2 },
        dns: { resolvers: [] },
        listen: { host: "127.0.0.1", port: 10_825 },
        dataDir: join(directory, "data"),
        log: { level: "info", format: "json" },
        templates: undefined,
      },
    });
  });

  it("fills in a route and a seed at a known provider", () => {
    const { routes, seeds, secrets } = configOf(route + seed);
    expect(routes).toEqual([
      {
        name: "main",
        smtp: {
          host: "mail.example.org",
          port: 465,
          tls: "implicit",
          servername: undefined,
          ca: undefined,
          auth: undefined,
        },
        helo: undefined,
        from: { name: undefined, address: "anna@example.org" },
        envelopeFrom: "anna@example.org",
        bounceAddress: undefined,
        dkim: [],
        schedule: undefined,
      },
    ]);
    expect(seeds).toEqual([
      {
        name: "gmail",
        address: "Anna.Canary@gmail.com",
        provider: "gmail",
        imap: {
          host: "imap.gmail.com",
          port: 993,
          tls: "implicit",
          servername: undefined,
          ca: undefined,
          auth: {
            kind: "password",
            user: "Anna.Canary@gmail.com",
            password: secrets[0],
            method: undefined,
          },
        },
        folders: { inbox: undefined, spam: undefined },
        routes: ["main"],
        schedule: undefined,
        deleteCanariesAfterMs: undefined,
      },
    ]);
  });

  it("takes everything that may be said", () => {
    const config = configOf(
      `
routes:
  - name: main
    smtp:
      host: "[2001:db8::1]"
      port: "\${PORT}"
      tls: none
      servername: mx.example.org
      ca_file: ca.pem
      auth: { user: anna, password: a, method: login }
    from: '"Anna, of Example" <anna@example.org>'
    envelope_from: Bounce@MÜNCHEN.example
    bounce_address: bounces@example.org
    helo: 192.0.2.1
    dkim: [{ domain: Example.org, selector: s1._x }]
    schedule: { cron: "0 * * * *" }
  - { name: backup, smtp: { host: mx_2 }, from: anna@example.org }
seeds:
  - name: one
    address: a@example.net
    provider: "163"
    imap:
      auth:
        user: a
        oauth2:
          token_url: http://127.0.0.1:8080/token
          client_id: id
          client_secret: b
          refresh_token: c
          scope: mail offline
    folders: { inbox: Eingang, spam: Müll/Werbung }
    routes: [main]
    schedule: { every: 1h30m }
    delete_canaries_after: 30d
schedule: { every: 2h }
jitter: 0s
budget: { per_seed_per_day: 24 }
deadlines: { late: 10s, lost: 90s }
attrition: { false_alarm_years: 5, slo_inbox: 0.9, tab_score: 0, other_score: 1, burst: "\${BURST}" }
limits: { concurrency: 3, per_host: 1 }
dns: { resolvers: [192.0.2.53, "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"] }
listen: "[::1]:0"
data_dir: /var/lib/mailcanary
log: { level: debug, format: pretty }
templates: [{ name: t, subject: Hi, text: "{{token}}", html: "<p>{{token}}</p>" }]
`,
      { PORT: "2525", BURST: "false" },
      { "ca.pem": createAuthority().ca },
    );
    const [, clientOrRefresh] = config.secrets;
    expect(clientOrRefresh).toBeDefined();
    expect(config.secrets.map((secret) => secret.reveal()).toSorted()).toEqual(["a", "b", "c"]);
    expect(config).toMatchObject({
      routes: [
        {
          smtp: {
            host: "2001:db8::1",
            port: 2525,
            tls: "none",
            servername: "mx.example.org",
            ca: expect.stringContaining("BEGIN CERTIFICATE") as string,
            auth: { kind: "password", user: "anna", method: "login" },
          },
          from: { name: "Anna, of Example", address: "anna@example.org" },
          envelopeFrom: "Bounce@xn--mnchen-3ya.example",
          bounceAddress: "bounces@example.org",
          helo: "192.0.2.1",
          dkim: [{ domain: "example.org", selector: "s1._x" }],
          schedule: { kind: "cron", expression: "0 * * * *" },
        },
        { name: "backup" },
      ],
      seeds: [
        {
          provider: "163",
          imap: {
            host: "imap.163.com",
            auth: {
              kind: "oauth2",
              user: "a",
              tokenUrl: "http://127.0.0.1:8080/token",
              clientId: "id",
              scope: "mail offline",
            },
          },
          folders: { inbox: "Eingang", spam: "Müll/Werbung" },
          routes: ["main"],
          schedule: { kind: "every", everyMs: 90 * MINUTE },
          deleteCanariesAfterMs: 30 * DAY,
        },
      ],
      schedule: { kind: "every", everyMs: 2 * HOUR },
      jitterMs: 0,
      budget: { perSeedPerDay: 24 },
      deadlines: { lateMs: 10 * SECOND, lostMs: 90 * SECOND },
      attrition: {
        falseAlarmYears: 5,
        sloInbox: 0.9,
        tabScore: 0,
        otherScore: 1,
        burst: false,
      },
      limits: { concurrency: 3, perHost: 1 },
      dns: {
        resolvers: ["192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"],
      },
      listen: { host: "::1", port: 0 },
      dataDir: "/var/lib/mailcanary",
      log: { level: "debug", format: "pretty" },
      templates: [{ name: "t", subject: "Hi", text: "{{token}}", html: "<p>{{token}}</p>" }],
    });
  });

  it.each([
    ["{ host: a.b }", "implicit", 465],
    ["{ host: a.b, tls: starttls }", "starttls", 587],
    ["{ host: a.b, tls: none }", "none", 25],
    ["{ host: a.b, port: 465 }", "implicit", 465],
    ["{ host: a.b, port: 587 }", "starttls", 587],
    ["{ host: a.b, port: 25 }", "starttls", 25],
    ["{ host: a.b, port: 2525, tls: implicit }", "implicit", 2525],
  ])("takes smtp: %s as %s on port %i", (smtp, tls, port) => {
    expect(configOf(withSmtp(smtp)).routes[0]?.smtp).toMatchObject({ tls, port });
  });

  it.each([
    ["icloud", "{ auth: { password: x } }", "imap.mail.me.com", 993, "implicit", "anna"],
    ["web.de", "{ auth: { user: other, password: x } }", "imap.web.de", 993, "implicit", "other"],
    ["proton", "{ auth: { password: x } }", "127.0.0.1", 1143, "starttls", "anna@example.net"],
    [
      "gmail",
      "{ host: me.test, auth: { password: x } }",
      "me.test",
      993,
      "implicit",
      "anna@example.net",
    ],
    [
      "proton",
      "{ host: me.test, auth: { password: x } }",
      "me.test",
      993,
      "implicit",
      "anna@example.net",
    ],
    [
      "own",
      "{ host: me.test, port: 143, auth: { password: x } }",
      "me.test",
      143,
      "starttls",
      "anna@example.net",
    ],
    [
      "own",
      "{ host: me.test, tls: none, auth: { password: x } }",
      "me.test",
      143,
      "none",
      "anna@example.net",
    ],
  ])("takes a seed at %s with imap: %s as %s:%i %s", (provider, imap, host, port, tls, user) => {
    const [seed] = configOf(withSeed(provider, imap)).seeds;
    expect(seed?.imap).toMatchObject({ host, port, tls, auth: { user } });
  });

  it.each([
    ["every: 20m", 2 * MINUTE],
    ["every: 5m", 30 * SECOND],
    ['cron: "*/30 * * * * *"', 3 * SECOND],
  ])("keeps the jitter small against schedule: %s", (schedule, jitterMs) => {
    const budget = "budget: { per_seed_per_day: 10000 }";
    const config = configOf(`${route}${seed}schedule: { ${schedule} }\n${budget}\n`);
    expect(config.jitterMs).toBe(jitterMs);
  });

  it("lets the schedule of a seed win over that of its route for the budget", () => {
    const often = route.replace("    from:", "    schedule: { every: 1m }\n    from:");
    const rarely = seed.replace("    imap:", "    schedule: { every: 1d }\n    imap:");
    expect(configOf(often + rarely).seeds).toHaveLength(1);
    expect(problemsOf(often + seed).join()).toContain("needs 1440 canaries a day");
  });

  it("counts only the routes that send to the seed", () => {
    const two = `${route}  - { name: two, smtp: { host: a.b }, from: a@b.c }\n`;
    const choosy = seed.replace("    imap:", "    routes: [two]\n    imap:");
    expect(configOf(two + choosy).seeds[0]?.routes).toEqual(["two"]);
    expect(problemsOf(two + seed).join()).toContain("needs 96 canaries a day");
  });

  it("reads Windows line ends and a byte order mark", () => {
    expect(configOf(`\uFEFF${(route + seed).replaceAll("\n", "\r\n")}`).seeds).toHaveLength(1);
  });
});

describe("where the daemon keeps its state", () => {
  const dataDirIn = (content: string, environment: Readonly<Record<string, string>> = {}) => {
    const directory = directoryWith({ "config.yaml": content });
    const loaded = loadDataDir(join(directory, "config.yaml"), environment);
    return loaded.ok
      ? loaded.dataDir.replace(`${directory}/`, "")
      : loaded.problems.map((problem) => problem.replace(`${directory}/config.yaml:`, ""));
  };

  it("is found without the secrets, and without a look at the rest of the file", () => {
    expect(dataDirIn('routes: "${UNSET}"')).toBe("data");
    expect(dataDirIn("data_dir: state\nseeds: ${ALSO}")).toBe("state");
    expect(dataDirIn("data_dir: ${DIR}", { DIR: "/var/lib/mailcanary" })).toBe(
      "/var/lib/mailcanary",
    );
  });

  it("is not guessed where the file does not tell", () => {
    expect(dataDirIn("data_dir: ${DIR}")).toEqual([
      "1:11 data_dir: environment variable DIR is not set, expected a value",
    ]);
    expect(dataDirIn("data_dir: 7")).toEqual([
      "1:11 data_dir: 7 is a number and needs quotes, expected a directory",
    ]);
    expect(dataDirIn("- a")).toHaveLength(1);
    expect(dataDirIn("a: [")).toHaveLength(1);
  });
});
