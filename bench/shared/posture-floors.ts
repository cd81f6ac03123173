import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { encode, type RecordType } from "dns-packet";
import type { WireQuestion } from "./posture-server.ts";

type Questions = readonly WireQuestion[];

/** The questions one after the other, so many at once, by the resolver that Node brings. */
export async function askByNode(questions: Questions, atOnce: number): Promise<void> {
  const resolvers = new Map<string, Resolver>();
  await inTurn(questions, atOnce, async ({ name, type, server }) => {
    const resolver = resolvers.get(server) ?? resolverAt(server);
    resolvers.set(server, resolver);
    // It knows neither DS nor DNSKEY; what is not there is thrown.
    const known = type === "DS" || type === "DNSKEY" ? "SOA" : type;
    await resolver.resolve(name, known).catch(() => undefined);
  });
}

function resolverAt(server: string): Resolver {
  const resolver = new Resolver();
  resolver.setServers([server.includes(":") ? `[${server}]` : server]);
  return resolver;
}

/** The same by sockets alone: nothing is read, checked or kept, so that nobody can be quicker. */
export async function askByUdp(questions: Questions, atOnce: number): Promise<void> {
  await inTurn(questions, atOnce, ({ name, type, server }) => {
    const socket = createSocket(server.includes(":") ? "udp6" : "udp4");
    return new Promise((resolve) => {
      socket.on("message", () => socket.close(() => resolve()));
      const query = encode({
        type: "query",
        flags: 0x0100,
        questions: [{ name, type: type as RecordType }],
      });
      socket.send(query, 53, server);
    });
  });
}

async function inTurn(
  questions: Questions,
  atOnce: number,
  ask: (question: WireQuestion) => Promise<void>,
): Promise<void> {
  const left = questions.values();
  const worker = async (): Promise<void> => {
    for (const question of left) await ask(question);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
