import type { SmtpFace, SmtpFaces } from "../../src/domain/smtp-face.ts";

type Seen = Extract<SmtpFace, { kind: "seen" }>;

/** Servers by address; others fall silent. */
export function literalFaces(faces: Readonly<Record<string, SmtpFace>>): SmtpFaces {
  const silence: SmtpFace = { kind: "failed", why: "timeout", detail: "the server fell silent" };
  return { look: ({ address }) => Promise.resolve(faces[address] ?? silence) };
}

/** A server without fault, seen from far away, but for what is said. */
export function face(over: Partial<Seen> = {}): SmtpFace {
  const refused = {
    recipient: "postmaster@example.com",
    outcome: "refused",
    reply: "554 no",
  } as const;
  return {
    kind: "seen",
    localAddress: "198.51.100.1",
    seenAs: undefined,
    bannerName: "mail.example.org",
    banner: "mail.example.org ESMTP Postfix",
    heloName: "mail.example.org",
    greetingMs: 200,
    slowestReplyMs: 40,
    sizeLimitBytes: 10_240_000,
    vrfyCode: 252,
    relay: [
      { sender: "", ...refused },
      { sender: "postmaster@example.org", ...refused },
    ],
    ...over,
  };
}
