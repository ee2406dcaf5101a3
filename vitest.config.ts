import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', ['json', { outputFile: 'reports/tests.json' }]],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
