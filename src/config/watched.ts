import { z } from "zod";
import type { MailProtocol, WatchedEndpoint } from "../domain/endpoint.ts";
import { host, nameKeys } from "./endpoint.ts";
import type { Surroundings } from "./secrets.ts";
import { oneOf, section, wholeNumber } from "./values.ts";

type Mode = WatchedEndpoint["tls"];
type Place = Pick<WatchedEndpoint, "port" | "protocol" | "tls">;

const PROTOCOLS = ["smtp", "submission", "imap", "pop3"] as const satisfies MailProtocol[];

/** Ports that say what is spoken there: RFC 5321 §4.5.4.2, RFC 6409 §3.1, RFC 8314 §7. */
const USUAL: readonly Place[] = [
  { port: 25, protocol: "smtp", tls: "starttls" },
  { port: 465, protocol: "submission", tls: "implicit" },
  { port: 587, protocol: "submission", tls: "starttls" },
  { port: 993, protocol: "imap", tls: "implicit" },
  { port: 143, protocol: "imap", tls: "starttls" },
  { port: 995, protocol: "pop3", tls: "implicit" },
  { port: 110, protocol: "pop3", tls: "starttls" },
];
const SMTP_PORT = 25;

/** An entry of `endpoints`: a server of the operator's that is looked at. */
export function watchedSection(around: Surroundings) {
  return section("a server (host, port)", { ...placeKeys(), ...nameKeys(around) }).transform(
    ({ servername, ca_file, ...given }, context): WatchedEndpoint => {
      const place = settle(given);
      if ("port" in place) return { host: given.host, ...place, servername, ca: ca_file };
      context.addIssue({ code: "custom", message: place.message, path: [place.key] });
      return z.NEVER;
    },
  );
}

/** Where such an entry is, whatever else is wrong with it. */
export function watchedPlace() {
  return z.looseObject(placeKeys()).transform((given, context) => {
    const place = settle(given);
    if ("port" in place) return { host: given.host, port: place.port };
    context.addIssue({ code: "custom", message: place.message });
    return z.NEVER;
  });
}

function placeKeys() {
  return {
    host: host("server").describe("The server."),
    port: wholeNumber("a port", 1, 65_535)
      .optional()
      .describe("Left out, the usual one of protocol and tls: 25, 465, 587, 993, 143, 995 or 110."),
    protocol: oneOf("protocol", PROTOCOLS)
      .optional()
      .describe("smtp between servers, submission, imap or pop3. Left out, what port says."),
    tls: oneOf("TLS mode", ["implicit", "starttls"])
      .optional()
      .describe(
        "implicit: TLS from the first byte; starttls: asked for in the clear. Left out, what port says; starttls at an unusual port and for smtp.",
      ),
  };
}

interface Given {
  readonly port?: number | undefined;
  readonly protocol?: MailProtocol | undefined;
  readonly tls?: Mode | undefined;
}

/** What is wrong with what is given, and at which key. */
interface Contradiction {
  readonly key: keyof Place;
  readonly message: string;
}

/** Port, protocol and TLS from what of them is given; they must not say different things. */
function settle({ port, protocol: named, tls }: Given): Place | Contradiction {
  const usual = USUAL.find((each) => each.port === port);
  const protocol = named ?? usual?.protocol;
  if (protocol === undefined) {
    return port === undefined
      ? { key: "port", message: "is missing, expected a port such as 993, or a protocol" }
      : {
          key: "protocol",
          message: `is missing, expected ${listed(PROTOCOLS)}, since port ${port} does not say`,
        };
  }
  if (usual !== undefined && !fits(protocol, usual)) {
    const message = `is not what port ${usual.port} is for, expected ${usual.protocol} or another port`;
    return { key: "protocol", message };
  }
  if (usual !== undefined && (tls ?? usual.tls) !== usual.tls) {
    const message = `is not what port ${usual.port} is for, expected ${usual.tls} or another port`;
    return { key: "tls", message };
  }
  if (protocol === "smtp" && tls === "implicit") {
    const message = "is not what servers send each other mail with, expected starttls";
    return { key: "tls", message };
  }
  const mode = tls ?? usual?.tls ?? (port === undefined ? likely(protocol) : "starttls");
  return { port: port ?? usualPort(protocol, mode), protocol, tls: mode };
}

/** Some servers take mail from users at port 25 as well. */
function fits(protocol: MailProtocol, usual: Place): boolean {
  return protocol === usual.protocol || (usual.port === SMTP_PORT && protocol === "submission");
}

function likely(protocol: MailProtocol): Mode {
  return protocol === "smtp" ? "starttls" : "implicit";
}

function usualPort(protocol: MailProtocol, tls: Mode): number {
  const usual = USUAL.find((each) => each.protocol === protocol && each.tls === tls);
  return usual?.port ?? SMTP_PORT;
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
