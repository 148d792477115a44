import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What needs torch has a command of its own.
    exclude: ['test/engines/diffusers/**', 'test/pocket-model/**'],
    globalSetup: './test/global-setup.ts',
    reporters: ['default', './scripts/test/counts.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
