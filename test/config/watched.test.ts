import { expect, it } from "vitest";
import { createAuthority } from "../fakes/certificates.ts";
import { configOf } from "./directory.ts";

const USUAL = `
routes:
  - name: main
    smtp: { host: mail.example.org }
    from: anna@example.org
seeds:
  - name: gmail
    address: anna@gmail.com
    provider: gmail
    imap: { auth: { password: hunter2 } }
`;

function endpointsIn(entries: string, files = {}) {
  return configOf(`${USUAL}endpoints:\n${entries}`, {}, files).endpoints;
}

it("has none unless there are some", () => {
  expect(configOf(USUAL).endpoints).toEqual([]);
});

it.each([
  ["{ port: 25 }", "smtp", "starttls", 25],
  ["{ port: 25, protocol: submission }", "submission", "starttls", 25],
  ["{ port: 465 }", "submission", "implicit", 465],
  ["{ port: 587 }", "submission", "starttls", 587],
  ["{ port: 993 }", "imap", "implicit", 993],
  ["{ port: 143 }", "imap", "starttls", 143],
  ["{ port: 995 }", "pop3", "implicit", 995],
  ["{ port: 110 }", "pop3", "starttls", 110],
  ["{ protocol: smtp }", "smtp", "starttls", 25],
  ["{ protocol: submission }", "submission", "implicit", 465],
  ["{ protocol: submission, tls: starttls }", "submission", "starttls", 587],
  ["{ protocol: imap }", "imap", "implicit", 993],
  ["{ protocol: imap, tls: starttls }", "imap", "starttls", 143],
  ["{ protocol: pop3 }", "pop3", "implicit", 995],
  ["{ protocol: pop3, tls: starttls }", "pop3", "starttls", 110],
  ["{ port: 2525, protocol: smtp }", "smtp", "starttls", 2525],
  ["{ port: 1143, protocol: imap }", "imap", "starttls", 1143],
  ["{ port: 1993, protocol: imap, tls: implicit }", "imap", "implicit", 1993],
  ['{ port: "143" }', "imap", "starttls", 143],
])("takes %s for %s with %s at port %i", (entry, protocol, tls, port) => {
  const host = "box.example.org";
  expect(endpointsIn(`  - ${entry.replace("{", `{ host: ${host},`)}`)).toEqual([
    { host, port, protocol, tls, servername: undefined, ca: undefined },
  ]);
});

it("takes the name and the authority of the certificate along", () => {
  const { ca } = createAuthority();
  const entry = "{ host: 192.0.2.1, port: 993, servername: IMAP.example.org, ca_file: ca.pem }";
  expect(endpointsIn(`  - ${entry}`, { "ca.pem": ca })).toMatchObject([
    { host: "192.0.2.1", servername: "imap.example.org", ca },
  ]);
});

it("lets one host have several, and a route without TLS be looked at", () => {
  const config = configOf(
    `${USUAL.replace("{ host: mail.example.org }", "{ host: mail.example.org, tls: none }")}
endpoints:
  - { host: mail.example.org, port: 25 }
  - { host: mail.example.org, port: 993 }
`,
  );
  expect(config.endpoints.map(({ port }) => port)).toEqual([25, 993]);
});
