import { randomBytes } from "node:crypto";
import type { Canary } from "../../domain/canary.ts";
import { MINUTE, SECOND } from "../../domain/duration.ts";
import type { Log } from "../../domain/log.ts";
import type { Net, SubmissionAnswer } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Template } from "../../domain/template.ts";
import { domainOf, verpAddress } from "../../mail/address.ts";
import { composeCanary } from "../../mail/message.ts";
import type { Book } from "./book.ts";
import type { CanaryEvent } from "./life.ts";

/** Pauses before the second, third and fourth attempt when our own server says 4xx or does not answer. */
export const RETRY_PAUSES_MS: readonly number[] = [20 * SECOND, MINUTE, 3 * MINUTE];

export interface SendParts {
  readonly net: Pick<Net, "clock" | "submission">;
  readonly book: Book;
  readonly log: Log;
  readonly retryPausesMs: readonly number[];
}

/**
 * Sends one canary and answers it as our own server left it. It is on the disk before the first
 * byte leaves; each attempt likewise, so that after a crash *may have gone* is known.
 */
export async function sendCanary(
  { route, seed, template }: { route: Route; seed: Seed; template: Template },
  { net, book, log, retryPausesMs }: SendParts,
  signal: AbortSignal,
): Promise<void> {
  const canary = newCanary(route, seed, template, net.clock.now());
  const message = composeCanary({
    from: route.from,
    to: seed.address,
    date: canary.plannedAt,
    messageId: canary.messageId,
    token: canary.token,
    template,
  });
  const envelopeFrom =
    route.bounceAddress === undefined
      ? route.envelopeFrom
      : verpAddress(route.bounceAddress, canary.token);
  await book.plan(canary);
  for (const pauseMs of [0, ...retryPausesMs]) {
    if (pauseMs > 0) await net.clock.sleep(pauseMs, signal);
    await book.apply(canary.id, { type: "attempted", at: net.clock.now() });
    const answer = await net.submission.submit(
      route,
      { envelopeFrom, recipient: seed.address, message },
      signal,
    );
    report(log, canary, answer);
    await book.apply(canary.id, eventOf(answer, net.clock.now()));
    if (answer.kind !== "deferred") return;
  }
  await book.apply(canary.id, { type: "gave-up", at: net.clock.now() });
}

function newCanary(route: Route, seed: Seed, template: Template, at: number): Canary {
  return {
    id: randomBytes(6).toString("hex"),
    route: route.name,
    provider: seed.provider,
    seed: seed.name,
    template: template.name,
    // Letters and digits only: some providers search or store other Message-IDs wrongly.
    messageId: `${randomBytes(16).toString("hex")}@${domainOf(route.from.address)}`,
    token: randomBytes(16).toString("hex"),
    phase: "planned",
    plannedAt: at,
    attempts: 0,
    submittedAt: undefined,
    reply: undefined,
    late: false,
    outcome: undefined,
    endedAt: undefined,
    arrival: undefined,
  };
}

function eventOf(answer: SubmissionAnswer, at: number): CanaryEvent {
  const { durationMs } = answer;
  switch (answer.kind) {
    case "accepted":
      return { type: "accepted", at, reply: answer.reply, durationMs };
    case "refused":
      return { type: "refused", at, reply: answer.reply, durationMs };
    case "deferred":
      return { type: "deferred", at, reply: answer.reply };
    case "uncertain":
      return { type: "went-dark", at };
  }
}

function report(log: Log, canary: Canary, answer: SubmissionAnswer): void {
  const { id, route, seed } = canary;
  const about = { canary: id, route, seed };
  switch (answer.kind) {
    case "accepted":
      log.info({ ...about, reply: answer.reply }, "Canary handed over");
      return;
    case "refused":
      log.warn(
        { ...about, stage: answer.stage, reply: answer.reply },
        "Own server refused the canary",
      );
      return;
    case "deferred":
      log.warn(
        { ...about, stage: answer.stage, reply: answer.reply, reason: answer.reason },
        "Own server did not take the canary; it has not gone",
      );
      return;
    case "uncertain":
      log.warn(
        { ...about, reason: answer.reason },
        "No answer after DATA; the canary may have gone",
      );
      return;
  }
}
