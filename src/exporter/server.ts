import helmet from "@fastify/helmet";
import fastify from "fastify";
import type { Exposition } from "./exposition.ts";
import { renderCanary } from "./page/canary-page.ts";
import { renderPage } from "./page/page.ts";
import type { CanaryView, PageView } from "./page/view.ts";

export interface ServerParts {
  readonly listen: { readonly host: string; readonly port: number };
  readonly classic: Exposition;
  readonly openMetrics: Exposition;
  /** Undefined when ready; otherwise why not, in a few words. */
  readonly notReady: () => string | undefined;
  readonly page: () => PageView;
  /** Undefined: there is no such canary. */
  readonly canary: (id: string) => CanaryView | undefined;
}

export interface Server extends AsyncDisposable {
  /** `http://address:port`, as bound. */
  readonly url: string;
}

/** A request has no body worth the name, and nobody needs long to send a GET. */
const LIMITS = {
  bodyLimit: 1024,
  requestTimeout: 10_000,
  connectionTimeout: 30_000,
  keepAliveTimeout: 75_000,
};

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

/** Serves `/metrics`, `/`, `/canary/ID`, `/-/healthy` and `/-/ready`. Rejects when the address cannot be bound. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const app = fastify({ ...LIMITS, logger: false, forceCloseConnections: true });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        frameAncestors: ["'none'"],
      },
    },
    // The daemon speaks plain HTTP unless a proxy stands before it; that one decides on HSTS.
    strictTransportSecurity: false,
  });
  app.get("/metrics", async (request, reply) => {
    const open = request.headers.accept?.includes("application/openmetrics-text") ?? false;
    const exposition = open ? parts.openMetrics : parts.classic;
    return reply.type(exposition.contentType).send(await exposition.render());
  });
  app.get("/-/healthy", (_, reply) => reply.type(TEXT).send("Mailcanary is healthy.\n"));
  app.get("/-/ready", (_, reply) => {
    const reason = parts.notReady();
    return reason === undefined
      ? reply.type(TEXT).send("Mailcanary is ready.\n")
      : reply.code(503).type(TEXT).send(`Mailcanary is not ready: ${reason}.\n`);
  });
  app.get("/", (_, reply) => reply.type(HTML).send(renderPage(parts.page())));
  app.get<{ Params: { id: string } }>("/canary/:id", ({ params: { id } }, reply) => {
    const view = parts.canary(id);
    return view === undefined
      ? reply.code(404).type(TEXT).send("There is no such canary; they are kept for 90 days.\n")
      : reply.type(HTML).send(renderCanary(view));
  });
  const url = await app.listen(parts.listen);
  return { url, [Symbol.asyncDispose]: () => app.close() };
}
