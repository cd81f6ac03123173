#!/usr/bin/env node
const MINIMUM_MAJOR = 24;

const [major] = process.versions.node.split(".").map(Number);
if (major === undefined || major < MINIMUM_MAJOR) {
  process.stderr.write(
    `mailcanary needs Node ${MINIMUM_MAJOR} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  // Loaded only now: an older Node would stumble over what the rest imports, without saying why.
  const { main } = await import("./cli/program.ts");
  process.exitCode = await main(process.argv);
}
