import type { RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { HttpsAnswer } from "../../src/domain/https.ts";
import { createHttps } from "../../src/net/https.ts";
import { createAuthority, type Identity } from "../fakes/certificates.ts";
import { flood, scriptServer } from "../fakes/script-server.ts";
import { type LiteralZone, zoneDns } from "../fakes/zone.ts";

const authority = createAuthority();
const never = new AbortController().signal;
const HOST = "mta-sts.example.org";
const ZONE: LiteralZone = { [HOST]: { A: ["127.0.0.1"] } };

it("fetches a page from the address that our DNS knows", async () => {
  const port = await serve((request, response) => {
    response.setHeader("Content-Type", "Text/Plain; charset=utf-8");
    response.end(`${request.method} ${request.url} of ${request.headers.host}`);
  });
  expect(await get(port)).toEqual({
    kind: "answered",
    status: 200,
    contentType: "text/plain",
    location: undefined,
    body: `GET /policy of ${HOST}:${port}`,
  });
});

it("reports a redirect and does not follow it", async () => {
  let requests = 0;
  const port = await serve((_, response) => {
    requests += 1;
    response.writeHead(301, { location: `https://${HOST}/other` }).end("gone");
  });
  expect(await get(port)).toMatchObject({ status: 301, location: `https://${HOST}/other` });
  expect(requests).toBe(1);
});

it.each<[string, Identity]>([
  ["another name", authority.issue(["www.example.org"])],
  ["an authority that nobody knows", createAuthority("Stranger").issue([HOST])],
  [
    "dates that are over",
    authority.issue([HOST], {
      notBefore: new Date("2020-01-01"),
      notAfter: new Date("2020-02-01"),
    }),
  ],
])("refuses a certificate with %s", async (_, identity) => {
  const port = await serve((_request, response) => response.end("never"), identity);
  expect(await get(port)).toMatchObject({ kind: "certificate" });
});

it("stops reading what is too large, however it is announced", async () => {
  const endless = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  expect(await get(endless)).toEqual({ kind: "too-large" });
});

it.each<[string, RequestListener]>([
  ["never answers", () => undefined],
  ["never ends", (_, response) => void response.write("first words")],
])("gives up a server that %s", async (_, listener) => {
  const answer = await get(await serve(listener), { timeoutMs: 150 });
  expect(answer).toMatchObject({ kind: "failed", why: "timeout" });
});

it("gives up one that stalls in the handshake", async () => {
  const { port } = await scriptServer((socket) => socket.resume());
  expect(await get(port, { timeoutMs: 150 })).toMatchObject({ kind: "failed", why: "timeout" });
});

it("does not know of one that hangs up, talks nonsense or is not there", async () => {
  const hangsUp = await scriptServer((socket) => socket.once("data", () => socket.destroy()));
  expect(await get(hangsUp.port)).toMatchObject({ kind: "failed", why: "closed" });
  const nonsense = await scriptServer((socket) => flood(socket, "nonsense "));
  expect(await get(nonsense.port)).toMatchObject({ kind: "failed", why: "protocol" });
  expect(await get(1)).toMatchObject({ kind: "failed", why: "unreachable" });
});

it("refuses headers without end", async () => {
  const port = await serve((_, response) => {
    response.setHeader("x-long", "x".repeat(60_000));
    response.end("hello");
  });
  expect(await get(port)).toMatchObject({ kind: "failed", why: "protocol" });
});

it("tries the next address when one cannot be reached", async () => {
  const port = await serve((_, response) => response.end("hello"));
  const zone = { [HOST]: { A: ["127.0.0.2", "127.0.0.1"] } };
  expect(await get(port, { zone })).toMatchObject({ kind: "answered", body: "hello" });
});

it("tries the next address when one stalls", async () => {
  const port = await serve((_, response) => response.end("hello"));
  const stalls = createServer();
  await new Promise<void>((resolve) => stalls.listen(port, "127.0.0.2", resolve));
  onTestFinished(() => void stalls.close());
  const zone = { [HOST]: { A: ["127.0.0.2", "127.0.0.1"] } };
  expect(await get(port, { zone, timeoutMs: 1000 })).toMatchObject({ body: "hello" });
});

it("tells no host from no answer of DNS", async () => {
  expect(await get(443, { zone: {} })).toMatchObject({ kind: "no-host" });
  expect(await get(443, { zone: { [HOST]: "servfail" } })).toMatchObject({
    kind: "failed",
    why: "dns",
  });
});

it("leaves at once when the signal says so", async () => {
  const port = await serve(() => undefined);
  const stop = new AbortController();
  const answer = get(port, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 20);
  await expect(answer).rejects.toThrow("enough");
});

interface Circumstances {
  readonly zone?: LiteralZone;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function get(port: number, over: Circumstances = {}): Promise<HttpsAnswer> {
  const { zone = ZONE, timeoutMs = 5000, signal = never } = over;
  const https = createHttps({ dns: zoneDns(zone), ca: authority.ca });
  return https.get(`https://${HOST}:${port}/policy`, { maxBytes: 64 * 1024, timeoutMs }, signal);
}

async function serve(listener: RequestListener, identity = authority.issue([HOST])) {
  const server = createSecureServer(identity, listener);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
