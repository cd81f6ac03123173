import { connect, createServer, type Server } from "node:tls";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import type { Endpoint } from "../../src/domain/endpoint.ts";
import { tlsOptions } from "../../src/net/tls-options.ts";
import { createAuthority, type Identity } from "../fakes/certificates.ts";

const authority = createAuthority();

it("trusts the endpoint's own authority", async () => {
  expect(await outcome(authority.issue(["127.0.0.1"]), { ca: authority.ca })).toBe("secure");
});

it("does not trust an authority that nobody named", async () => {
  expect(await outcome(authority.issue(["127.0.0.1"]), {})).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
});

it("wants the configured name in the certificate, not the host's", async () => {
  const endpoint = { ca: authority.ca, servername: "mail.example.org" };
  expect(await outcome(authority.issue(["mail.example.org"]), endpoint)).toBe("secure");
  expect(await outcome(authority.issue(["127.0.0.1"]), endpoint)).toBe(
    "ERR_TLS_CERT_ALTNAME_INVALID",
  );
});

it("takes an address as the configured name", async () => {
  const endpoint = { ca: authority.ca, servername: "192.0.2.1" };
  expect(await outcome(authority.issue(["192.0.2.1"]), endpoint)).toBe("secure");
  expect(await outcome(authority.issue(["127.0.0.1"]), endpoint)).toBe(
    "ERR_TLS_CERT_ALTNAME_INVALID",
  );
});

it("refuses a certificate that is over", async () => {
  const over = { notBefore: new Date("2020-01-01"), notAfter: new Date("2020-02-01") };
  const identity = authority.issue(["127.0.0.1"], over);
  expect(await outcome(identity, { ca: authority.ca })).toBe("CERT_HAS_EXPIRED");
});

it.each([{ ca: authority.ca }, {}])("speaks nothing older than TLS 1.2 (RFC 8996)", (part) => {
  expect(tlsOptions(endpointOf(1, part))).toMatchObject({ minVersion: "TLSv1.2" });
});

it("refuses a server that knows TLS 1.1 at most", async () => {
  const identity = authority.issue(["127.0.0.1"]);
  const old = { maxVersion: "TLSv1.1", minVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
  expect(await outcome({ ...identity, ...old }, { ca: authority.ca })).toMatch(/^E/);
});

/** `secure`, or the code of what the client objected to. */
async function outcome(identity: Identity, endpoint: Partial<Endpoint>): Promise<string> {
  const server = createServer({ ...identity }, (socket) => socket.end());
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await handshake(endpointOf(portOf(server), endpoint));
  } finally {
    server.close();
  }
}

function handshake(endpoint: Endpoint): Promise<string> {
  return new Promise((resolve) => {
    const { host, port } = endpoint;
    const socket = connect({ host, port, ...tlsOptions(endpoint) }, () => {
      socket.destroy();
      resolve("secure");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function endpointOf(port: number, part: Partial<Endpoint>): Endpoint {
  return {
    host: "127.0.0.1",
    port,
    tls: "implicit",
    servername: undefined,
    ca: undefined,
    auth: undefined,
    ...part,
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
