import { type FindingCatalogue, ZONE_FAULTS } from "../../domain/finding.ts";

export const FINDINGS = {
  "tls-starttls-missing": {
    severity: "fail",
    title: "The server can be used without TLS only",
    advice:
      "It does not offer STARTTLS (STLS in POP3), or declines it. Switch TLS on, as the detail says; if it is on, a firewall on the way strips it.",
  },
  "tls-handshake-failed": {
    severity: "fail",
    title: "No TLS session comes about",
    advice:
      "The server answers and declines every version and cipher that we have, old ones included, or what it says is not TLS. Look into its log at that time; often key and certificate do not belong together. We have neither SSLv3 nor RC4 and 3DES: a server with nothing else looks the same, and needs newer software.",
  },
  "tls-outdated": {
    severity: "fail",
    title: "The server speaks outdated TLS only",
    advice:
      "TLS 1.0 and 1.1 must not be used (RFC 8996) and many servers and mail programs refuse them. Allow TLS 1.2 and 1.3, as the detail says.",
  },
  "tls-old-versions": {
    severity: "warn",
    title: "The server still offers TLS 1.0 or 1.1",
    advice:
      "Leave them out (RFC 8996), as the detail says. SSLv3 cannot be tested: a server without TLS 1.0 has none of it as a rule.",
  },
  "tls-certificate-expired": {
    severity: "fail",
    title: "The certificate has expired",
    advice:
      "Renew it and reload the mail server: a renewed file on disk does not help until the server has read it.",
  },
  "tls-certificate-early": {
    severity: "fail",
    title: "The certificate is not valid yet",
    advice: "Check the clock of this machine first, then the certificate's dates.",
  },
  "tls-certificate-ends-soon": {
    severity: "fail",
    title: "The certificate ends within days",
    advice: "Its renewal has failed so far. Run it by hand and reload the mail server.",
  },
  "tls-certificate-near-end": {
    severity: "warn",
    title: "The certificate should have been renewed by now",
    advice:
      "Less than a fifth of its lifetime is left. Check that its renewal runs, and that it reloads the mail server.",
  },
  "tls-certificate-name": {
    severity: "fail",
    title: "The certificate is made out to another name",
    advice:
      "Mail programs refuse the server. Issue a certificate that has the name in the detail, or configure the route or endpoint with a name that is in it.",
  },
  "tls-certificate-untrusted": {
    severity: "fail",
    title: "The certificate is not trusted",
    advice:
      "Mail programs refuse the server. Serve the whole chain (fullchain.pem, not cert.pem) of an authority that everybody knows; for one of your own set ca_file of the route, or of an entry under endpoints.",
  },
  "tls-mx-certificate-unverified": {
    severity: "warn",
    title: "Senders that verify the mail server's certificate will refuse it",
    advice:
      "Most senders do not verify, those that honour an MTA-STS policy do. Serve a certificate of a known authority, with its chain, made out to the name in the MX record.",
    explainedBy: ["mta-sts-certificate"],
  },
  "tls-certificate-weak": {
    severity: "warn",
    title: "The certificate is weak",
    advice: "Issue one with RSA of 2048 bits or more, or ECDSA P-256, signed with SHA-256.",
  },
  "tls-staple-missing": {
    severity: "warn",
    title: "The certificate demands an OCSP staple and none that counts is served",
    advice:
      "Clients that heed it refuse the session (RFC 7633). Mail servers rarely staple: issue the certificate without must-staple.",
  },
  "tls-certificate-differs": {
    severity: "warn",
    title: "The addresses of the server show different certificates",
    advice:
      "Often one of them, IPv6 mostly, is served by another program or was not reloaded. Compare the two in the detail.",
    // It is told because one of them is not good, and ends when that one is.
    explainedBy: [
      "tls-certificate-expired",
      "tls-certificate-early",
      "tls-certificate-ends-soon",
      "tls-certificate-near-end",
      "tls-certificate-name",
      "tls-certificate-untrusted",
      "tls-mx-certificate-unverified",
      "tls-certificate-weak",
      "tls-staple-missing",
    ],
  },
  "tls-weak-suites": {
    severity: "warn",
    title: "The server agrees to weak ciphers",
    advice: "Leave out what the detail names.",
  },
  "tls-weak-dh": {
    severity: "warn",
    title: "The server's Diffie-Hellman group is too small",
    advice:
      "Clients with today's OpenSSL break off below 2048 bits. Use a group of 2048 bits or more, as the detail says.",
  },
  "tls-injection": {
    severity: "fail",
    title: "What is said in the clear gets into the TLS session",
    advice:
      "Somebody on the way can slip in commands or answers (CVE-2011-0411). Update the server, or the proxy before it.",
  },
  "tls-auth-in-clear": {
    severity: "warn",
    title: "The server takes passwords without TLS",
    advice:
      "It offers logins before TLS, and somebody on the way can read along. Offer them behind TLS only, as the detail says.",
  },
  "tls-srv-astray": {
    severity: "warn",
    title: "An SRV record leads mail programs astray",
    advice:
      'Mail programs set themselves up by it (RFC 6186) and find nothing there. Correct or remove the record in the detail; a service that you do not offer has the target ".".',
    explainedBy: ["resolver-invents", "mx-no-target"],
  },
  "tls-undecided": {
    severity: "unknown",
    title: "The server's TLS could not be looked at",
    advice:
      "The detail has the reason. Many networks block outgoing port 25: then look from another place, for instance from the mail server itself.",
    explainedBy: [...ZONE_FAULTS, "mx-no-target", "smtp-undecided", "own-server-defers"],
  },
} as const satisfies FindingCatalogue;

export type TlsFinding = keyof typeof FINDINGS;
