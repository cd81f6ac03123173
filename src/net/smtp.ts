import { serverName } from "../domain/endpoint.ts";
import { formatDuration, MINUTE, SECOND } from "../domain/duration.ts";
import type { Credentials } from "../domain/endpoint.ts";
import type { Clock, OutgoingMail, Submission } from "../domain/net.ts";
import type { Route } from "../domain/route.ts";
import type { Tokens } from "./oauth.ts";
import {
  answerToError,
  answerToInterruption,
  answerToReply,
  type Answer,
  type Progress,
} from "./smtp-answer.ts";
import { prepareBearerLogin, prepareLogin, type Login } from "./smtp-login.ts";
import { startSession, type SessionLimits } from "./smtp-session.ts";
import { openSocket } from "./smtp-socket.ts";

/** How long things may take. Servers that greet late, to tire spammers, do so after 5 to 30 s. */
export interface SubmissionLimits extends SessionLimits {
  /** The whole hand-over, whatever the server does. */
  readonly totalMs: number;
  /** TCP, and TLS where it is implicit. */
  readonly connectMs: number;
}

const LIMITS: SubmissionLimits = {
  totalMs: 2 * MINUTE,
  connectMs: 20 * SECOND,
  greetingMs: 45 * SECOND,
  silenceMs: 100 * SECOND,
  farewellMs: 2 * SECOND,
};

export interface SubmissionOptions {
  readonly clock: Clock;
  readonly tokens: Tokens;
  /** The name for EHLO where the route has none; undefined takes the machine's. */
  readonly helo?: string;
  readonly limits?: Partial<SubmissionLimits>;
}

/** Hands messages over, each on a connection of its own, so that the stage of a failure is known. */
export function createSubmission(options: SubmissionOptions): Submission {
  const { clock, tokens } = options;
  const limits = { ...LIMITS, ...options.limits };

  return {
    async submit(route, mail, signal) {
      const startedAt = clock.monotonic();
      const deadline = AbortSignal.timeout(limits.totalMs);
      const within = AbortSignal.any([signal, deadline]);
      const progress: Progress = { stage: "connect", contentBegun: false, secrets: [] };
      const timed = (answer: Answer) => ({ ...answer, durationMs: clock.monotonic() - startedAt });
      try {
        return timed(await handOver(route, mail, progress, within));
      } catch (error) {
        if (!within.aborted || error !== within.reason)
          return timed(answerToError(error, progress));
        const reason = deadline.aborted ? tooSlow(route, limits.totalMs) : "aborted";
        return timed(answerToInterruption(reason, progress));
      }
    },
  };

  async function handOver(
    { smtp: endpoint, helo = options.helo }: Route,
    mail: OutgoingMail,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Answer> {
    progress.stage = "login";
    const login = await loginFor(endpoint.auth, signal);
    progress.secrets = login?.secrets ?? [];
    progress.stage = "connect";
    signal.throwIfAborted();
    const socket = await openSocket(endpoint, limits.connectMs, signal);
    const settings = { endpoint, helo, login, limits };
    await using session = startSession(socket, settings, progress, signal);
    await session.greet();
    if (login !== undefined) await session.logIn(login);
    return answerToReply(await session.send(mail), progress);
  }

  async function loginFor(
    auth: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<Login | undefined> {
    if (auth === undefined) return undefined;
    if (auth.kind === "password") return prepareLogin(auth);
    return prepareBearerLogin(auth, await tokens.accessToken(auth, signal));
  }
}

function tooSlow({ smtp }: Route, totalMs: number): string {
  return `${serverName(smtp)} did not take the message within ${formatDuration(totalMs)}.`;
}
