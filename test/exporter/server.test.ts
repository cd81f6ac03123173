import { afterAll, beforeAll, expect, it } from "vitest";
import { createExposition } from "../../src/exporter/exposition.ts";
import { type Server, startServer } from "../../src/exporter/server.ts";
import { canary } from "../fakes/canary.ts";

const parts = { metrics: [], totals: { series: new Map(), ensure() {} }, gauges: () => [] };
const base = { version: "1.2.3", now: 0 };
let server: Server;
let ready = true;

beforeAll(async () => {
  server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    classic: createExposition(parts, "classic"),
    openMetrics: createExposition(parts, "openmetrics"),
    notReady: () => (ready ? undefined : "starting"),
    page: () => ({ ...base, streams: [], findings: [], canaries: [], changes: [] }),
    canary: (id) =>
      id === "c1"
        ? { ...base, canary: canary(), lastGood: undefined, changesSince: [] }
        : undefined,
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (path: string, headers = {}) => fetch(`${server.url}${path}`, { headers });

it("serves metrics in the format that is asked for", async () => {
  const open = await ask("/metrics", { accept: "application/openmetrics-text" });
  expect(open.headers.get("content-type")).toContain("application/openmetrics-text");
  expect(await open.text()).toContain("# EOF");
  expect((await ask("/metrics")).headers.get("content-type")).toContain("version=0.0.4");
});

it("is healthy, and ready only when it is", async () => {
  expect((await ask("/-/healthy")).status).toBe(200);
  expect((await ask("/-/ready")).status).toBe(200);
  ready = false;
  expect((await ask("/-/ready")).status).toBe(503);
});

it.each(["/", "/canary/c1"])("serves %s as a page that runs no script", async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/html");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
});

it.each(["/canary/none", "/canary/..%2f..%2fetc", "/canary/%00"])("knows no %s", async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toContain("text/plain");
});
