import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { decode, encode, type Answer, type DecodedPacket, type Packet } from "dns-packet";
import { onTestFinished } from "vitest";

/** One question as it arrived, and the ways to answer it. */
export interface Asked {
  readonly over: "udp" | "tcp";
  readonly query: DecodedPacket;
  readonly name: string;
  readonly type: string;
  /** Sends a reply to the question with these records or whatever else is given. */
  reply(packet?: Partial<Packet> & { readonly rcode?: number }): void;
  /** The bytes of such a reply, for tests that spoil them. */
  bytes(packet?: Partial<Packet> & { readonly rcode?: number }): Buffer;
  send(message: Buffer): void;
  /** Over UDP: sends the message from another port than the server's. */
  forge(message: Buffer): void;
  /** Over TCP: the connection, for tests that misuse it. */
  readonly socket: Socket | undefined;
}

/** A DNS server on one loopback port, UDP and TCP, that does what the test says. */
export interface DnsScript {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly asked: readonly Asked[];
}

export const FLAGS = { authoritative: 0x0400, truncated: 0x0200, authenticated: 0x0020 };
const REPLY_FLAGS = 0x0180;
const MAX_PORT_TRIES = 20;

/** Starts it for the running test. */
export async function dnsScript(script: (asked: Asked) => void): Promise<DnsScript> {
  const asked: Asked[] = [];
  const take: Take = (message, ways) => {
    const query = decode(message);
    const [question] = query.questions ?? [];
    const bytes: Asked["bytes"] = ({ rcode = 0, ...packet } = {}) => {
      const reply = encode({
        type: "response",
        id: query.id ?? 0,
        questions: query.questions ?? [],
        ...packet,
        flags: REPLY_FLAGS | (packet.flags ?? 0),
      });
      reply.writeUInt8((reply.readUInt8(3) & 0xf0) | rcode, 3);
      return reply;
    };
    const one: Asked = {
      ...ways,
      query,
      name: question?.name ?? "",
      type: question?.type ?? "",
      bytes,
      reply: (packet) => ways.send(bytes(packet)),
    };
    asked.push(one);
    script(one);
  };
  const { udp, port } = await listen(take);
  const elsewhere = createSocket("udp4");
  onTestFinished(() => void elsewhere.close());
  udp.on("message", (message: Buffer, peer: RemoteInfo) =>
    take(message, {
      over: "udp",
      send: (reply) => udp.send(reply, peer.port, peer.address),
      forge: (reply) => elsewhere.send(reply, peer.port, peer.address),
      socket: undefined,
    }),
  );
  return { address: `127.0.0.1:${port}`, asked };
}

/** An answer of a type that dns-packet knows, with a TTL. */
export function record(name: string, type: string, data: unknown, ttl = 300): Answer {
  return { name, type, ttl, class: "IN", data } as Answer;
}

type Take = (message: Buffer, ways: Pick<Asked, "over" | "send" | "forge" | "socket">) => void;

async function listen(take: Take): Promise<{ udp: UdpSocket; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const sockets: Socket[] = [];
    const tcp = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (chunk: Buffer) => {
        const send = (reply: Buffer) => void socket.write(framed(reply));
        take(chunk.subarray(2), { over: "tcp", send, forge: send, socket });
      });
    });
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket("udp4");
    const bound = await new Promise<boolean>((resolve) => {
      udp.once("error", () => resolve(false));
      udp.bind(port, "127.0.0.1", () => resolve(true));
    });
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      udp.close();
      await new Promise((resolve) => tcp.close(resolve));
    });
    if (bound) return { udp, port };
    if (tries === MAX_PORT_TRIES) throw new Error("no port is free for both UDP and TCP");
  }
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
