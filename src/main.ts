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
  const code = await main(process.argv);
  // All is closed and written by now. But nobody can interrupt the system's resolver: names that it is
  // still to look up would keep the process for a minute, and a service manager would kill it.
  process.stdout.write("", () => process.exit(code));
}
