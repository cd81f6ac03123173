/**
 * Simulates the detector's operating characteristics and writes them into docs/detector.md.
 * `--quick`: a tenth of the work, printed only.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { SECTIONS } from "./detector/sections.ts";

const DOCUMENT = new URL("../docs/detector.md", import.meta.url);
const BEGIN = "<!-- figures: npm run bench:detector -->";
const END = "<!-- end of figures -->";
const SEED = 20_260_101;

const quick = process.argv.includes("--quick");
const scale = { of: (full: number) => Math.ceil(quick ? full / 10 : full), seed: SEED };

const parts = SECTIONS.map((section) => {
  const startedAt = performance.now();
  const part = `### ${section.name}\n\n${section.write(scale)}`;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${part}\n\n(${seconds} s)\n\n`);
  return part;
});

if (!quick) {
  const text = readFileSync(DOCUMENT, "utf8");
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/detector.md: expected ${BEGIN} and ${END}`);
  }
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${parts.join("\n\n")}\n\n${END}${after}`);
}
