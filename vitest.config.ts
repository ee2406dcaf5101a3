import os from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    // Most of them wait for Postgres, Redis, a browser or a clock: two share a core well.
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
