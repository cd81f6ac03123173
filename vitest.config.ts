import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/lab/**"],
    // Generous: a busy machine must not look like a bug.
    testTimeout: 90_000,
    // Several tests start servers and child processes; two workers keep a small machine honest.
    maxWorkers: 2,
  },
});
