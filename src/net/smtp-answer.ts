import type { SubmissionAnswer, SubmissionStage } from "../domain/net.ts";
import { TokenError } from "./oauth-error.ts";
import { readReply } from "./smtp-reply.ts";
import { SmtpTrouble } from "./smtp-trouble.ts";

/** How far a hand-over has come. */
export interface Progress {
  stage: SubmissionStage;
  /** From here on the message may have gone. */
  contentBegun: boolean;
  /** What must not show up in any answer, in every form it goes over the wire. */
  secrets: readonly string[];
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A submission's answer but for the time it took. */
export type Answer = Without<SubmissionAnswer, "durationMs">;

/** Judges the reply after the final dot. */
export function answerToReply(response: string, { secrets }: Progress): Answer {
  const reply = readReply(response, secrets);
  if (reply === undefined || reply.code >= 300) {
    return { kind: "uncertain", reason: "The server's answer to the message is no SMTP reply." };
  }
  return { kind: "accepted", reply };
}

/** Judges what ended a hand-over; throws on what is no operating error. */
export function answerToError(error: unknown, { contentBegun, secrets }: Progress): Answer {
  if (error instanceof TokenError) return deferred("login", error.message);
  if (!(error instanceof SmtpTrouble)) throw error;
  const { stage, message: reason, response, isVerdict } = error;
  const reply = response === undefined ? undefined : readReply(response, secrets);
  if (contentBegun && !(isVerdict && reply !== undefined)) {
    return { kind: "uncertain", reason };
  }
  // No TLS is for the operator to repair, and no judgement on the message whatever the code.
  if (reply !== undefined && reply.code >= 500 && stage !== "tls") {
    return { kind: "refused", reply, stage };
  }
  return { kind: "deferred", reply, reason, stage };
}

/** Judges a hand-over that we broke off ourselves. */
export function answerToInterruption(reason: string, progress: Progress): Answer {
  if (progress.contentBegun) return { kind: "uncertain", reason };
  return deferred(progress.stage, reason);
}

function deferred(stage: SubmissionStage, reason: string): Answer {
  return { kind: "deferred", reply: undefined, reason, stage };
}
