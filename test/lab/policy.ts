import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { HERE } from "./network.ts";

/** What Postfix asks before it takes a recipient (SMTPD_POLICY_README), as far as the lab cares. */
interface RecipientRequest {
  /** The server that asks: a host's name. */
  readonly server: string;
  readonly sender: string;
  readonly recipient: string;
  readonly clientAddress: string;
}

/** An access(5) action such as `550 5.7.1 No` or `DISCARD`; undefined: no objection. */
export type Rule = (request: RecipientRequest) => string | undefined;

/**
 * The lab's say in real SMTP sessions: Postfix asks this policy service at each RCPT TO and answers
 * its client accordingly, so that a fault begins and ends at once, without a reload.
 */
export interface PolicyService extends AsyncDisposable {
  /** For `check_policy_service`. */
  readonly port: number;
  /** The first rule that has an answer decides. */
  readonly rules: Set<Rule>;
}

export async function startPolicyService(): Promise<PolicyService> {
  const rules = new Set<Rule>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    serve(socket, rules);
  });
  server.listen(0, HERE);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    rules,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** `name=value` lines, an empty line ends the request; the answer is one `action=` line. */
function serve(socket: Socket, rules: ReadonlySet<Rule>): void {
  let attributes = new Map<string, string>();
  const lines = createInterface({ input: socket });
  // It passes on what the socket reports, such as the reset when a server is killed.
  lines.on("error", () => socket.destroy());
  lines.on("line", (line) => {
    if (line !== "") {
      const at = line.indexOf("=");
      attributes.set(line.slice(0, at), line.slice(at + 1));
      return;
    }
    const request: RecipientRequest = {
      server: attributes.get("policy_context") ?? "",
      sender: attributes.get("sender") ?? "",
      recipient: attributes.get("recipient") ?? "",
      clientAddress: attributes.get("client_address") ?? "",
    };
    attributes = new Map();
    const action = [...rules].map((rule) => rule(request)).find((answer) => answer !== undefined);
    socket.write(`action=${action ?? "DUNNO"}\n\n`);
  });
}
