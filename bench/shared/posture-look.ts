import { runChecks } from "../../src/check.ts";
import type { Config } from "../../src/domain/config.ts";
import type { Net } from "../../src/domain/net.ts";
import { BLOCKLISTS } from "../../src/mail/blocklist-catalogue.ts";
import { createDns } from "../../src/net/dns-client.ts";
import { createHttps } from "../../src/net/https.ts";
import { benchConfig, SILENT } from "./daemon.ts";
import { type PostureWorld, RESOLVER } from "./posture-zones.ts";

const never = new AbortController().signal;

/** A look with every check of the records; the next one finds the cache as this one left it. */
export function lookAt(world: PostureWorld, ca: string): () => Promise<void> {
  const dns = createDns({ servers: [RESOLVER] });
  const leftOut = { kind: "failed", why: "no-route", detail: "left out" } as const;
  const net: Partial<Net> = {
    dns,
    https: createHttps({ dns, ca }),
    tls: {
      addressesOf: () => Promise.resolve([]),
      look: () => Promise.resolve(leftOut),
      survey: () => Promise.reject(new Error("nothing was seen that could be surveyed")),
    },
    smtpFaces: { look: () => Promise.resolve(leftOut) },
  };
  const config = configOf(world);
  return async () => {
    const { results } = await runChecks(config, SILENT, never, { exits: world.exits, net });
    const crashed = results.find(({ findings }) =>
      findings.some(({ kind }) => kind === "check-crashed"),
    );
    if (crashed !== undefined) throw new Error(crashed.findings[0]?.detail);
  };
}

function configOf({ domains }: PostureWorld): Config {
  const nowhere = { host: "out.host.example", domain: "host.example", password: "none", ca: "" };
  const config = benchConfig({
    submission: nowhere,
    mailboxes: nowhere,
    routes: domains.length,
    seeds: 0,
    everyMs: 1,
    dataDir: "",
    resolvers: [RESOLVER],
  });
  return {
    ...config,
    blocklists: { ...config.blocklists, disabled: BLOCKLISTS.map(({ name }) => name) },
    routes: config.routes.map((route, n) => {
      const { name = "", selectors = [] } = domains[n] ?? {};
      return {
        ...route,
        from: { name: undefined, address: `canary@${name}` },
        envelopeFrom: `canary@${name}`,
        dkim: selectors.map((selector) => ({ domain: name, selector })),
      };
    }),
  };
}
