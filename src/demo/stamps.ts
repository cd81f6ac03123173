import { EXIT_IPS, OPERATOR, type ProviderPlan, seedAddress } from "./providers.ts";

/** What a receiver knows when it writes its headers. */
export interface Reception {
  readonly envelopeFrom: string;
  /** When its MX took the message, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The receiver's name for the message. */
  readonly queueId: string;
  readonly dkimPasses: boolean;
  readonly spam: boolean;
  /** From 0 to 1: where the score lies in its usual range. */
  readonly mood: number;
}

const SCORES = {
  rspamd: { ham: [0.2, 3.4], spam: [15.3, 19.8], threshold: 15 },
  spamassassin: { ham: [-0.4, 1.6], spam: [5.4, 9.1], threshold: 5 },
} as const;

/** Every header line that a provider puts on top of a message, newest first. */
export function receiverStamps(plan: ProviderPlan, reception: Reception): string {
  const seed = seedAddress(plan);
  const lines = [
    `Return-Path: <${reception.envelopeFrom}>`,
    `Delivered-To: ${seed}`,
    ...(plan.filter === "rspamd" ? [storeHop(plan, reception)] : []),
    authenticationResults(plan, reception),
    ...spamHeaders(plan, reception),
    receiverHop(plan, reception),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** The Received line of the operator's own server. */
export function submissionStamp(
  helo: string,
  recipient: string,
  queueId: string,
  receivedAt: number,
): string {
  const id = `by ${OPERATOR.mailHost} (Postfix) with ESMTPA id ${queueId}`;
  return `Received: from ${helo} (localhost [127.0.0.1])\r\n\t${id}\r\n\tfor <${recipient}>; ${mailDate(receivedAt)}\r\n`;
}

/** A date as RFC 5322 §3.3 has it, in UTC. */
function mailDate(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

function storeHop(plan: ProviderPlan, { queueId, receivedAt }: Reception): string {
  return [
    `Received: from ${plan.mxHost} ([10.0.0.10])`,
    `\tby store3.${plan.domain} with LMTP id ${queueId}AAAA`,
    `\t(envelope-from <${OPERATOR.sender}>); ${mailDate(receivedAt)}`,
  ].join("\r\n");
}

function receiverHop(plan: ProviderPlan, { queueId, receivedAt }: Reception): string {
  const { version, cipher, bits } = plan.tls;
  const ip = EXIT_IPS[plan.exit];
  const host = OPERATOR.mailHost;
  const literal = plan.exit === "ipv6" ? `IPv6:${ip}` : ip;
  const seed = seedAddress(plan);
  if (plan.filter === "none") {
    return [
      `Received: from ${host} ([${ip}])`,
      `\tby ${plan.mxHost} with esmtps (${version.replace("v", "")}) tls ${cipher}`,
      `\t(Exim 4.96) id ${queueId} for ${seed}; ${mailDate(receivedAt)}`,
    ].join("\r\n");
  }
  return [
    `Received: from ${host} (${host} [${literal}])`,
    `\t(using ${version} with cipher ${cipher} (${bits}/${bits} bits))`,
    "\t(No client certificate requested)",
    `\tby ${plan.mxHost} (Postfix) with ESMTPS id ${queueId}`,
    `\tfor <${seed}>; ${mailDate(receivedAt)}`,
  ].join("\r\n");
}

/** RFC 8601. SPF passes for the exit in the world's DNS, so DMARC passes by it at the least. */
function authenticationResults(plan: ProviderPlan, reception: Reception): string {
  const domain = OPERATOR.domain;
  const dkim = reception.dkimPasses ? "pass" : 'fail reason="signature did not verify"';
  const spoken = {
    spf: `spf=pass (${plan.mxHost}: domain of ${reception.envelopeFrom} designates ${EXIT_IPS[plan.exit]} as permitted sender) smtp.mailfrom=${reception.envelopeFrom}`,
    dkim: `dkim=${dkim} header.d=${domain} header.s=${OPERATOR.selector}`,
    dmarc: `dmarc=pass (policy=quarantine) header.from=${domain}`,
  };
  return [`Authentication-Results: ${plan.mxHost}`, ...plan.stamps.map((key) => spoken[key])].join(
    ";\r\n\t",
  );
}

function spamHeaders(plan: ProviderPlan, { spam, mood }: Reception): readonly string[] {
  if (plan.filter === "none") return [];
  const { ham, spam: bad, threshold } = SCORES[plan.filter];
  const [least, most] = spam ? bad : ham;
  const score = (least + mood * (most - least)).toFixed(plan.filter === "rspamd" ? 2 : 1);
  if (plan.filter === "rspamd") {
    const result = `default: ${spam ? "True" : "False"} [${score} / ${threshold.toFixed(2)}]`;
    return [
      `X-Spamd-Result: ${result};\r\n\tR_SPF_ALLOW(-0.20)[+mx]`,
      ...(spam ? ["X-Spam: Yes"] : []),
    ];
  }
  const tests = "tests=DKIM_SIGNED,SPF_PASS autolearn=no";
  const status = `${spam ? "Yes" : "No"}, score=${score} required=${threshold.toFixed(1)}`;
  return [`X-Spam-Status: ${status}\r\n\t${tests}`, ...(spam ? ["X-Spam-Flag: YES"] : [])];
}
