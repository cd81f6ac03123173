import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { type DnsQuery, readQuery, RECORD_TYPES, writeReply } from "./dns-message.ts";
import type { ZoneRecord } from "./zone.ts";

/** A name server over UDP and TCP on one loopback port. */
export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as a resolver list has it. */
  readonly address: string;
}

/** RFC 1035 §4.2.1. */
const MAX_UDP_BYTES = 512;
const MAX_TCP_QUERY_BYTES = 4096;
const TCP_IDLE_MS = 5000;
const MAX_PORT_TRIES = 20;
const HOST = "127.0.0.1";

/** `zone` is asked anew for each query. */
export async function startDnsServer(zone: () => readonly ZoneRecord[]): Promise<DnsServer> {
  for (let tries = 1; ; tries++) {
    const tcp = createServer((socket) => serveTcp(socket, zone));
    const port = await listenTcp(tcp);
    const udp = createSocket("udp4");
    udp.on("message", (message, peer) => {
      const query = readQuery(message);
      if (query === undefined) return;
      const full = answer(query, zone());
      const reply = full.length > MAX_UDP_BYTES ? writeReply(query, "NOERROR", [], true) : full;
      udp.send(reply, peer.port, peer.address);
    });
    if (await bindUdp(udp, port)) return { address: `${HOST}:${port}`, ...disposal(tcp, udp) };
    tcp.close();
    if (tries === MAX_PORT_TRIES) throw new Error("no loopback port is free for both UDP and TCP");
  }
}

function answer(query: DnsQuery, zone: readonly ZoneRecord[]): Buffer {
  const atName = zone.filter(({ name }) => name === query.name);
  const isAbove = query.name === "" || zone.some(({ name }) => name.endsWith(`.${query.name}`));
  const wanted = atName.filter(({ type }) => RECORD_TYPES[type] === query.type);
  // A name with other records, or with names below it, exists (RFC 8020 §2).
  return writeReply(query, atName.length > 0 || isAbove ? "NOERROR" : "NXDOMAIN", wanted);
}

/** Each message has its length in front (RFC 1035 §4.2.2). */
function serveTcp(socket: Socket, zone: () => readonly ZoneRecord[]): void {
  let pending = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const query = readQuery(pending.subarray(2, end));
      pending = pending.subarray(end);
      if (query === undefined) {
        socket.destroy();
        return;
      }
      const reply = answer(query, zone());
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
    if (pending.length > MAX_TCP_QUERY_BYTES) socket.destroy();
  });
}

async function listenTcp(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not a TCP server");
  return address.port;
}

/** False: somebody else has that UDP port. */
async function bindUdp(socket: ReturnType<typeof createSocket>, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, HOST, () => {
      // A client that is gone when the answer comes makes no difference to the others.
      socket.removeAllListeners("error").on("error", () => undefined);
      resolve(true);
    });
  });
}

function disposal(
  tcp: ReturnType<typeof createServer>,
  udp: ReturnType<typeof createSocket>,
): AsyncDisposable {
  const sockets = new Set<Socket>();
  tcp.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      udp.close();
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}
