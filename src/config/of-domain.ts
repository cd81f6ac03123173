import type { Config } from "../domain/config.ts";
import { configOf } from "./load.ts";
import { configFileSchema } from "./schema.ts";

/**
 * What can be looked at from a domain alone: records, mail servers, blocklists. There is no seed,
 * and no submission server: the route has plain text on port 25, which probes of logins pass over.
 */
export function configOfDomain(domain: string): Config {
  const address = `postmaster@${domain}`;
  const seed = { name: "none", address, provider: "none", imap: { host: domain, tls: "none" } };
  const file = configFileSchema({ directory: ".", credentialsDirectory: undefined }).parse({
    routes: [{ name: "domain", smtp: { host: domain, tls: "none" }, from: address }],
    seeds: [{ ...seed, imap: { ...seed.imap, auth: { password: "none" } } }],
  });
  return { ...configOf(file, "."), seeds: [], secrets: [] };
}
