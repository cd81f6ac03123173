import { X509Certificate } from "node:crypto";
import type {
  ClearText,
  Tls,
  TlsLook,
  TlsServer,
  TlsSession,
  TlsSurvey,
} from "../../src/domain/tls.ts";

/** What is seen at an address; without a survey it is one without fault. */
export interface Appearance {
  readonly look: TlsLook;
  readonly survey?: Partial<TlsSurvey>;
}

export interface LiteralTls extends Tls {
  /** Everything that was looked at, in order. */
  readonly looked: readonly TlsServer[];
}

/** A world of servers by address: others cannot be reached. */
export function literalTls(servers: Readonly<Record<string, Appearance>>): LiteralTls {
  const looked: TlsServer[] = [];
  return {
    looked,
    addressesOf: (host) => Promise.resolve(/^[\d.]+$|:/.test(host) ? [host] : []),
    look(server) {
      looked.push(server);
      return Promise.resolve(servers[server.address]?.look ?? UNREACHABLE);
    },
    survey: ({ address }) => Promise.resolve({ ...GOOD_SURVEY, ...servers[address]?.survey }),
  };
}

const UNREACHABLE: TlsLook = { kind: "failed", why: "unreachable", detail: "ECONNREFUSED" };

export const GOOD_SURVEY: TlsSurvey = {
  versions: { TLSv1: "refused", "TLSv1.1": "refused", "TLSv1.2": "offered", "TLSv1.3": "offered" },
  nullSuites: "refused",
  anonymousSuites: "refused",
  dhBits: undefined,
  injection: "closed",
};

/** A session with these certificates (PEM), and nothing wrong with it but what is said. */
export function session(chain: readonly string[], over: Partial<TlsSession> = {}): TlsLook {
  return {
    kind: "seen",
    session: {
      version: "TLSv1.3",
      cipher: "TLS_AES_256_GCM_SHA384",
      chain: chain.map((pem) => new X509Certificate(pem).raw),
      distrust: undefined,
      staple: undefined,
      clear: clearText(["SIZE 1000", "STARTTLS"]),
      ...over,
    },
  };
}

/** What a server said before TLS, to a stranger. */
export function clearText(
  capabilities: readonly string[],
  over: Partial<ClearText> = {},
): ClearText {
  return { capabilities, saidMore: false, isFromItself: false, ...over };
}
