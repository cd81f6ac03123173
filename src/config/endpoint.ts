import { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";
import type { Endpoint, TlsMode } from "../domain/endpoint.ts";
import { readHost } from "./address.ts";
import { authSection } from "./credentials.ts";
import { readTextFile } from "./read-file.ts";
import type { Surroundings } from "./secrets.ts";
import { oneOf, section, textValue, wholeNumber } from "./values.ts";

const MAX_CA_FILE_BYTES = 256 * 1024;

type Ports = Readonly<Record<TlsMode, number>>;

/** RFC 8314 §3.3, RFC 6409 §3.1; without TLS it is the relay port of a machine next door. */
const SMTP_PORTS: Ports = { implicit: 465, starttls: 587, none: 25 };
/** RFC 8314 §3.2, RFC 9051 §2.1. */
export const IMAP_PORTS: Ports = { implicit: 993, starttls: 143, none: 143 };

/** The `smtp` section of a route. */
export function smtpSection(around: Surroundings) {
  return section("the submission server (host, port, tls, auth)", {
    host: host("submission server").describe("The server that your mail leaves through."),
    ...connectionKeys(SMTP_PORTS, around),
    auth: authSection(around).optional().describe("Login; left out, none is tried."),
  }).transform(({ host, port, tls, servername, ca_file, auth }, context): Endpoint => {
    if (auth !== undefined && auth.user === undefined) {
      const message = "is missing, expected a user name";
      context.addIssue({ code: "custom", message, path: ["auth", "user"] });
      return z.NEVER;
    }
    return {
      host,
      ...transport(SMTP_PORTS, tls, port),
      servername,
      ca: ca_file,
      auth: auth?.as(auth.user ?? ""),
    };
  });
}

/** Where the server of such a section is, whatever else is wrong with it. */
export function smtpPlace() {
  const { port, tls } = placeKeys(SMTP_PORTS);
  return z
    .looseObject({ host: host("submission server"), port, tls })
    .transform((given) => ({ host: given.host, ...transport(SMTP_PORTS, given.tls, given.port) }));
}

/** The `imap` section of a seed; what is left out comes from the provider's preset. */
export function imapSection(around: Surroundings) {
  return section("how to read the mailbox (auth, and host unless the provider is known)", {
    host: host("IMAP server").optional().describe("Left out, that of the known provider."),
    ...connectionKeys(IMAP_PORTS, around),
    auth: authSection(around).describe("Login to the mailbox."),
  });
}

/** Port and TLS from what of them is given. Plain text is never what is left out. */
export function transport(
  ports: Ports,
  tls: TlsMode | undefined,
  port: number | undefined,
): { readonly tls: TlsMode; readonly port: number } {
  const likely = port === undefined || port === ports.implicit ? "implicit" : "starttls";
  const mode = tls ?? likely;
  return { tls: mode, port: port ?? ports[mode] };
}

function connectionKeys(ports: Ports, around: Surroundings) {
  return { ...placeKeys(ports), ...nameKeys(around) };
}

function placeKeys({ implicit, starttls, none }: Ports) {
  const ports = `${implicit} for implicit TLS, ${starttls} for starttls, ${none} for none`;
  return {
    port: wholeNumber("a port", 1, 65_535).optional().describe(`Left out: ${ports}.`),
    tls: oneOf("TLS mode", ["implicit", "starttls", "none"])
      .optional()
      .describe(
        `implicit: TLS from the first byte; starttls: required, never skipped; none: plain text. Left out: implicit, or starttls where a port other than ${implicit} is given.`,
      ),
  };
}

/** What a server's certificate is judged by. */
export function nameKeys(around: Surroundings) {
  return {
    servername: host("server")
      .optional()
      .describe("The name that the certificate carries, where it is not that of host."),
    ca_file: certificates(around)
      .optional()
      .describe("PEM file with the authority of a private certificate, beside the config file."),
  };
}

/** A host name or address that is connected to. */
export function host(what: string) {
  const noun = "a host name or IP address";
  return textValue(noun, `the ${what}, such as mail.example.org or 192.0.2.1`, readHost);
}

function certificates(around: Surroundings) {
  const expected = "a file with certificates in PEM";
  return z
    .string({ error: `is not a file name, expected ${expected}` })
    .transform((name, context) => {
      const file = readTextFile(resolve(around.directory, name), MAX_CA_FILE_BYTES);
      const wrong = file.ok ? wrongPem(file.text) : `cannot be read (${file.reason})`;
      if (file.ok && wrong === undefined) return file.text;
      context.addIssue({ code: "custom", message: `${wrong}, expected ${expected}` });
      return z.NEVER;
    });
}

function wrongPem(text: string): string | undefined {
  const blocks = text.split("-----BEGIN CERTIFICATE-----").slice(1);
  if (blocks.length === 0) return "holds no certificate";
  const isBroken = blocks.some((block) => !isCertificate(`-----BEGIN CERTIFICATE-----${block}`));
  return isBroken ? "holds a broken certificate" : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
