import { defineConfig } from 'vitest/config';

/** What needs torch: run by `npm run test:diffusers`. */
export default defineConfig({
  test: {
    include: ['test/engines/diffusers/**/*.test.ts', 'test/pocket-model/**/*.test.ts'],
    globalSetup: './test/global-setup.ts',
    reporters: ['default', './scripts/test/counts.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Importing torch takes seconds, on a busy machine minutes.
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
  },
});
