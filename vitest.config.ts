import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/lab/**"],
    testTimeout: 20_000,
    // Several tests start servers and child processes; two workers keep a small machine honest.
    maxWorkers: 2,
  },
});
