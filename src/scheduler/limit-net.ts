import type { Net, SubmissionAnswer } from "../domain/net.ts";
import { type Limits } from "./limits.ts";

/**
 * The same world, with hand-overs and log-ins limited overall and per host. A mailbox session
 * holds its place until it is logged in, not for as long as it watches.
 */
export function limitNet(net: Net, limits: Limits): Net {
  return {
    ...net,
    submission: {
      async submit(route, mail, signal) {
        let begun = false;
        try {
          return await limits.run(
            route.smtp.host,
            () => {
              begun = true;
              return net.submission.submit(route, mail, signal);
            },
            signal,
          );
        } catch (error) {
          // Shutting down while waiting for a place: nothing has been sent.
          if (!begun && signal.aborted) return NOT_SENT;
          throw error;
        }
      },
    },
    mailboxes: {
      ...net.mailboxes,
      open: (seed, signal) =>
        limits.run(seed.imap.host, () => net.mailboxes.open(seed, signal), signal),
    },
  };
}

const NOT_SENT: SubmissionAnswer = {
  kind: "deferred",
  reply: undefined,
  reason: "shutting down",
  stage: "connect",
  durationMs: 0,
};
