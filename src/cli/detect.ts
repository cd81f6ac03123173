import { pipeline } from "node:stream/promises";
import { Command } from "commander";
import { type Answer, answer, newReplay, type Replay } from "../attrition/replay.ts";
import { type Line, linesOf } from "./lines.ts";

/** In characters; an outcome takes a hundredth of this. */
const MAX_LINE_LENGTH = 4096;

const HELP = `
Reads JSON lines from standard input and writes exactly one JSON line for each:

  {"reset": {"alarmAt": 17520, "fixedBadRate": 0, "sloInbox": 0.95}}
      starts a new stream; every key may be absent. Answered with {}.
  {"outcome": "inbox", "t": 1767225600}
      one canary, t in seconds: inbox, tab, spam, other, missing, refused, bounced,
      rejected (refused or bounced) or unknown. Answered with what the detector says now.

A line that cannot be read is answered with {"error": "..."}, changes nothing, and makes the exit
code 1 when the input has ended.`;

/** `mailcanary detect`: outcomes in, what the detector says of each out. */
export function detectCommand(): Command {
  return new Command("detect")
    .description("replay canary outcomes through the detector of silent attrition")
    .addHelpText("after", HELP)
    .action(async () => {
      const tally: Tally = { badLines: 0 };
      const answers = (chunks: AsyncIterable<Buffer>): AsyncGenerator<string> =>
        detect(chunks, tally);
      try {
        await pipeline(process.stdin, answers, process.stdout);
      } catch (error) {
        if (!isReaderGone(error)) throw error;
      }
      if (tally.badLines > 0) process.exitCode = 1;
    });
}

/** How many lines could not be read. */
export interface Tally {
  badLines: number;
}

/** The answers to all lines, those to one chunk of input together. */
export async function* detect(chunks: AsyncIterable<Buffer>, tally: Tally): AsyncGenerator<string> {
  const replay = newReplay();
  for await (const lines of linesOf(chunks, MAX_LINE_LENGTH)) {
    let text = "";
    for (const line of lines) {
      const said = reply(replay, line);
      if ("error" in said) tally.badLines += 1;
      text += `${JSON.stringify(said)}\n`;
    }
    if (text !== "") yield text;
  }
}

function reply(replay: Replay, line: Line): Answer {
  return line === undefined
    ? { error: `line: expected at most ${MAX_LINE_LENGTH} characters` }
    : answer(replay, line);
}

/** The reader has seen enough, as in `mailcanary detect | head`: nothing is wrong. */
function isReaderGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
