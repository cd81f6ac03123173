import { z } from "zod";
import { DAY, HOUR } from "../domain/duration.ts";
import type { Endpoint } from "../domain/endpoint.ts";
import type { Seed } from "../domain/seed.ts";
import { IMAP_PORTS, imapSection, transport } from "./endpoint.ts";
import { nearest } from "./nearest.ts";
import { type Provider, PROVIDERS } from "./providers.ts";
import { address } from "./route.ts";
import { scheduleSection } from "./schedule.ts";
import type { Surroundings } from "./secrets.ts";
import { duration, freeText, label, list, section } from "./values.ts";

const MAX_ROUTES = 100;

type ImapSection = z.output<ReturnType<typeof imapSection>>;
/** Every seed; which routes there are is known only when the whole file is read. */
export type SeedEntry = Omit<Seed, "routes"> & { readonly routes: readonly string[] | undefined };

/** An entry of `seeds`: a mailbox that is read to see where canaries land. */
export function seedSection(around: Surroundings) {
  return section("a seed (name, address, provider, imap)", {
    name: label("seed").describe("Your word for it; appears in metrics."),
    address: address().describe("Where the canaries go."),
    provider: label("provider").describe(
      "Who runs the mailbox; a known one, such as gmail, brings host and port along.",
    ),
    imap: imapSection(around).describe("How to read it."),
    folders: foldersSection().prefault({}).describe("Folder names, where they are unusual."),
    routes: list("names of routes", label("route"), { min: 1, max: MAX_ROUTES })
      .optional()
      .describe("The routes that send to it; left out, all of them."),
    schedule: scheduleSection()
      .optional()
      .describe("For the canaries to this seed; wins over that of the route."),
    delete_canaries_after: duration(HOUR, 3650 * DAY)
      .optional()
      .describe("Deletes our own canaries, and only those, when they are older."),
  }).transform((seed, context): SeedEntry => {
    const preset = Object.hasOwn(PROVIDERS, seed.provider) ? PROVIDERS[seed.provider] : undefined;
    const imap = mailbox(seed.imap, preset, seed.address);
    if (imap === undefined) {
      const meant = nearest(seed.provider, Object.keys(PROVIDERS)) ?? "gmail";
      const message = `is missing, expected a host name, or a known provider such as ${meant}`;
      context.addIssue({ code: "custom", message, path: ["imap", "host"] });
      return z.NEVER;
    }
    return {
      name: seed.name,
      address: seed.address,
      provider: seed.provider,
      imap,
      folders: { inbox: seed.folders.inbox, spam: seed.folders.spam },
      routes: seed.routes,
      schedule: seed.schedule,
      deleteCanariesAfterMs: seed.delete_canaries_after,
    };
  });
}

/** A host that the operator names is reached as the operator says; a preset is for one left out. */
function mailbox(
  { host, port, tls, servername, ca_file, auth }: ImapSection,
  preset: Provider | undefined,
  address: string,
): Endpoint | undefined {
  const server = host ?? preset?.host;
  if (server === undefined) return undefined;
  const usual = host === undefined && preset !== undefined ? preset : undefined;
  const localPart = address.slice(0, address.lastIndexOf("@"));
  return {
    host: server,
    ...transport(IMAP_PORTS, tls ?? usual?.tls, port ?? usual?.port),
    servername,
    ca: ca_file,
    auth: auth.as(auth.user ?? (preset?.user === "local-part" ? localPart : address)),
  };
}

function foldersSection() {
  const expected = "the folder's name as a mail client shows it";
  return section("folder names (inbox, spam)", {
    inbox: freeText(expected).optional().describe("Left out: INBOX."),
    spam: freeText(expected).optional().describe("Left out, it is found out."),
  });
}
