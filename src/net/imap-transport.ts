import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ImapTransport } from "imapflow";
import type { Endpoint } from "../domain/endpoint.ts";
import { tlsOptions } from "./tls-options.ts";

/** Node gives each of a host's addresses 250 ms by default, too little for a distant server. */
const ADDRESS_ATTEMPT_MS = 3000;

/** Opens the sockets of an IMAP session, and tells how many bytes arrive on them. */
export function createTransport(endpoint: Endpoint, count: (bytes: number) => void): ImapTransport {
  return {
    connect({ host, port, secure, servername }, onConnect) {
      const options = {
        host,
        port,
        noDelay: true,
        autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
      };
      const socket: Socket = secure
        ? connectTls({ ...options, ...sni(servername), ...tlsOptions(endpoint) }, onOpen)
        : connectPlain(options, onOpen);
      return socket;

      function onOpen() {
        onConnect();
        // A listener on a socket that is yet to be upgraded would take bytes away from TLS.
        if (secure || endpoint.tls === "none") watch(socket);
      }
    },
    upgrade(plain, { host, servername }, onSecure) {
      const options = { socket: plain, host, ...sni(servername), ...tlsOptions(endpoint) };
      const socket = connectTls(options, () => {
        onSecure();
        watch(socket);
      });
      return socket;
    },
  };

  /** After the parser has been attached: a listener sets the socket flowing. */
  function watch(socket: Socket): void {
    socket.on("data", (chunk: Buffer) => count(chunk.length));
  }
}

function sni(servername: string | undefined): { servername?: string } {
  return servername === undefined ? {} : { servername };
}
