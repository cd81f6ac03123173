import type { SubmissionStage } from "../domain/net.ts";

/** Why a submission came to an end before it was accepted. */
export class SmtpTrouble extends Error {
  override readonly name = "SmtpTrouble";
  readonly stage: SubmissionStage;
  /** The server's reply as it came, codes and all, where it was a reply that ended it. */
  readonly response: string | undefined;
  /** Whether `response` is the verdict on the message content (the reply after the final dot). */
  readonly isVerdict: boolean;

  constructor(stage: SubmissionStage, message: string, options: TroubleOptions = {}) {
    super(message);
    this.stage = stage;
    this.response = options.response;
    this.isVerdict = options.isVerdict ?? false;
  }
}

interface TroubleOptions {
  readonly response?: string | undefined;
  readonly isVerdict?: boolean;
}
