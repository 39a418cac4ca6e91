import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that start kernels: after the others, because each starts many processes. */
const jupyter = ['test/{notebooks,course,install}/**/*.test.ts'];
/** Those of the kernel itself, and those that start browsers, one file at a time. */
const alone = ['test/{kernel,browser}/**/*.test.ts', 'kernel/**/*.test.ts'];

// What fails hangs: these bounds only say when, and a busy machine may be ten times slower.
const patience = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 120_000, interval: 50 } } };

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
          ...patience,
          name: 'library',
          include: ['src/**/*.test.ts', 'extension/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...jupyter, ...alone],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...patience,
          name: 'jupyter',
          include: jupyter,
          setupFiles: ['test/kernel/end-kernels.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          ...patience,
          name: 'alone',
          include: alone,
          setupFiles: ['test/kernel/end-kernels.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
