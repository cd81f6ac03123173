import { createServer, type IncomingMessage } from "node:http";
import type { FaultBoard } from "../demo/fault-board.ts";
import { type Fault, FaultSyntaxError, parseFault } from "../demo/fault.ts";
import { catalogue, describeFault } from "./demo-lines.ts";

/** HTTP for those without a keyboard: POST and DELETE `/faults/NAME`. */
export interface Control extends AsyncDisposable {
  readonly url: string;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 20;

export async function startControl(faults: FaultBoard): Promise<Control> {
  const server = createServer((request, response) => {
    const { status, text } = answer(request, faults);
    response.writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      connection: "close",
    });
    response.end(`${text}\n`);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not a TCP server");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function answer({ method, url = "/", headers }: IncomingMessage, faults: FaultBoard): Reply {
  // A page of a stranger in the user's browser has no business here.
  if (headers.origin !== undefined) return { status: 403, text: "not for browsers" };
  if (method === "GET") return { status: 200, text: overview(faults) };
  const fault = url.startsWith("/faults/") ? readFault(url.slice("/faults/".length)) : undefined;
  if (fault === undefined) return { status: 404, text: "POST or DELETE /faults/NAME" };
  if (typeof fault === "string") return { status: 400, text: fault };
  if (method === "DELETE") {
    if (!faults.clear(fault)) return { status: 404, text: "not in force" };
  } else if (method === "POST") {
    faults.set(fault);
  } else {
    return { status: 405, text: "POST sets a fault, DELETE mends it, GET lists them" };
  }
  return { status: 200, text: overview(faults) };
}

/** A fault, or what is wrong with it. */
function readFault(encoded: string): Fault | string {
  try {
    return parseFault(decodeURIComponent(encoded));
  } catch (error) {
    if (error instanceof FaultSyntaxError) return error.message;
    if (error instanceof URIError) return "not a URL";
    throw error;
  }
}

function overview(faults: FaultBoard): string {
  const inForce = faults.list().map(describeFault);
  return ["In force:", ...(inForce.length > 0 ? inForce : ["nothing"]), "", catalogue()].join("\n");
}
