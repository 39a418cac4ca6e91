import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that start kernels, servers or browsers: one file at a time, after the others, because each starts many processes. */
const jupyter = ['test/{kernel,notebooks,browser,course,install}/**/*.test.ts', 'kernel/**/*.test.ts'];

/** `#engine-platform` and its like are the sources' own, not those of `dist/` that package.json names. */
const alias = [
  { find: /^#(\w+)-platform$/, replacement: fileURLToPath(new URL('src/$1/platform.node.ts', import.meta.url)) },
];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'library',
          include: ['src/**/*.test.ts', 'extension/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: jupyter,
          testTimeout: 600_000, // a busy machine may be ten times slower
          hookTimeout: 600_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'jupyter',
          include: jupyter,
          setupFiles: ['test/kernel/end-kernels.ts'],
          // What fails hangs: these bounds only say when, and a busy machine may be ten times slower.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: 120_000, interval: 50 } },
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
