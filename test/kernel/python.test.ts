/** The kernel through Jupyter's own Python clients. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { here, Jupyter, missing } from './python-client.js';

const jupyter = new Jupyter();

describe('Python clients', () => {
  beforeAll(() => {
    if (!missing) jupyter.install();
  });
  afterAll(() => jupyter.remove());

  test('jupyter_kernel_test passes, and no sample of the installed version is left out', (context) => {
    if (missing) return context.skip(missing);
    const { run, problems, skipped, left_out } = jupyter.json<{
      run: number;
      problems: string[];
      skipped: string[];
      left_out: string[];
    }>('conformance.py', ['spikelab']);
    expect(problems).toEqual([]);
    expect(skipped).toEqual([]);
    expect(left_out).toEqual([]);
    expect(run).toBeGreaterThanOrEqual(13);
  });

  test('nbclient runs a notebook: results, errors, pictures, live updates', (context) => {
    if (missing) return context.skip(missing);
    const cells = [
      'console.log("hi"); let x = 1',
      'x + 1',
      'throw new RangeError("big")',
      'show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "picture" }) })',
      'x * 10',
      'throw Object.assign(new Error("half \\ud83d"), { name: "Half\\udc00" })',
      '[{ "key\\ud800": "x".repeat(199) + "🎉🎉" }]',
    ];
    const { stdout, stderr } = jupyter.run([here('notebook.py'), 'spikelab'], JSON.stringify(cells));
    expect(stderr).toBe('');
    const outputs = JSON.parse(stdout) as [number, Record<string, unknown>[]][];
    expect(outputs.map(([count]) => count)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(outputs[0][1]).toEqual([{ output_type: 'stream', name: 'stdout', text: 'hi\n' }]);
    expect(outputs[1][1]).toMatchObject([
      { output_type: 'execute_result', data: { 'text/plain': '2' }, execution_count: 2 },
    ]);
    expect(outputs[2][1]).toMatchObject([{ output_type: 'error', ename: 'RangeError', evalue: 'big' }]);
    expect(outputs[3][1]).toMatchObject([{ output_type: 'display_data', data: { 'text/plain': 'picture' } }]);
    expect(outputs[4][1]).toMatchObject([{ data: { 'text/plain': '10' } }]);
    // Halves of characters: nbformat could not write them.
    expect(outputs[5][1]).toMatchObject([{ output_type: 'error', ename: 'Half\ufffd', evalue: 'half \ufffd' }]);
    expect(JSON.stringify(outputs[6][1])).toContain(`${'x'.repeat(199)}…</td>`);
  });

  test('jupyter console runs a line', (context) => {
    if (missing) return context.skip(missing);
    const { stdout } = jupyter.run(
      ['-m', 'jupyter_console', '--kernel', 'spikelab', '--simple-prompt', '--no-confirm-exit'],
      '6 * 7\nexit\n',
    );
    expect(stdout).toContain('42');
  });
});
