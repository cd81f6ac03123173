import { defineConfig } from "vitest/config";

/** Real Postfix, Dovecot, rspamd, OpenDKIM and a resolver: needs root and Debian's packages. */
export default defineConfig({
  test: {
    include: ["test/lab/**/*.lab.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One lab at a time: the hosts share the machine's addresses and two cores.
    fileParallelism: false,
  },
});
