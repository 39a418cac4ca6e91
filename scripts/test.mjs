/**
 * `npm test`: the set-up, then every test, or those whose files match the arguments. Ends with the parts that were skipped and
 * why, and a line `N passed, N failed, N skipped` by itself.
 */
import { orExplain, setUp } from './setup.mjs';
import { root } from './setup/files.mjs';
import { relative } from 'node:path';

/** Tests that ran, failed and were skipped, with the reason of each skip; a file that could not be loaded counts as failed. */
function tally(vitest, unhandledErrors) {
  const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  const reasons = new Map();
  for (const module of vitest.state.getTestModules()) {
    const tests = [...module.children.allTests()];
    for (const test of tests) {
      const { state, note } = test.result();
      count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      if (state === 'passed' || state === 'failed') continue;
      const reason = `${relative(root, module.moduleId)}: ${note ?? test.fullName}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const broken = module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed');
    if (broken) count.failed += 1;
  }
  return { count, reasons };
}

await orExplain(async () => {
  await setUp();
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', process.argv.slice(2), { root, watch: false, run: true });
  const { count, reasons } = tally(vitest, vitest.state.getUnhandledErrors());
  await vitest.close();
  if (reasons.size > 0) console.log('\nSkipped:');
  for (const [reason, number] of reasons) console.log(`  ${number} in ${reason}`);
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  return count.failed > 0 || process.exitCode || count.passed === 0 ? 1 : 0;
});
