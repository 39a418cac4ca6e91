/**
 * `npm test`: the set-up, then every test, or those whose files match the arguments. Ends with the parts that were
 * skipped and why, what failed, and a line `N passed, N failed, N skipped` by itself.
 */
import { orExplain, setUp } from './setup.mjs';
import { root } from './setup/files.mjs';
import { relative } from 'node:path';

/**
 * Tests that ran, failed and were skipped, with the reason of each skip; a file that could not be loaded counts as
 * failed.
 */
function tally(vitest, unhandledErrors) {
  const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  const reasons = new Map();
  const failures = unhandledErrors.map((error) => `outside of every test: ${firstLine(error)}`);
  for (const module of vitest.state.getTestModules()) {
    const tests = [...module.children.allTests()];
    for (const test of tests) {
      const { state, note, errors = [] } = test.result();
      count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
      if (state === 'failed')
        failures.push(`${relative(root, module.moduleId)} > ${test.fullName}: ${firstLine(errors[0])}`);
      if (state === 'passed' || state === 'failed') continue;
      const reason = `${relative(root, module.moduleId)}: ${note ?? test.fullName}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const broken = module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed');
    if (!broken) continue;
    count.failed += 1;
    failures.push(`${relative(root, module.moduleId)}: ${firstLine(module.errors()[0])}`);
  }
  return { count, reasons, failures };
}

/** What an error says first, for a list: the whole stands above, in vitest's own report. */
const firstLine = (error) =>
  String(error?.message ?? error)
    .split('\n', 1)[0]
    .slice(0, 300);

await orExplain(async () => {
  await setUp();
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', process.argv.slice(2), { root, watch: false, run: true });
  const { count, reasons, failures } = tally(vitest, vitest.state.getUnhandledErrors());
  await vitest.close();
  if (reasons.size > 0) console.log('\nSkipped:');
  for (const [reason, number] of reasons) console.log(`  ${number} in ${reason}`);
  if (failures.length > 0) console.log('\nFailed:');
  for (const failure of failures) console.log(`  ${failure}`);
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  return count.failed > 0 || process.exitCode || count.passed === 0 ? 1 : 0;
});
