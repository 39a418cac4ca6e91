/**
 * Notebooks written for tslab: the same cells in tslab itself and here; its module's types; copies of the package that
 * a project has.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';
import { here, Jupyter, missing } from './python-client.js';
import { failingCell, tslabCells } from './tslab-cells.js';

const packageFolder = here('../../node_modules/tslab');

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly traceback?: readonly string[];
}

/** What a reader sees of a cell: its text, in which tslab also writes values and errors, and its displays. */
function seen(outputs: readonly Output[]): { text: string; displays: unknown[] } {
  const text = outputs.map(({ output_type, text: written, data, traceback }) => {
    if (output_type === 'stream') return written;
    // A text as value: tslab writes it bare.
    if (output_type === 'execute_result') return `${String(data?.['text/plain']).replace(/^(['"`])(.*)\1$/s, '$2')}\n`;
    return output_type === 'error' ? `${traceback?.join('\n')}\n` : '';
  });
  const displays = outputs.filter(({ output_type }) => output_type === 'display_data').map(({ data }) => data);
  return { text: stripVTControlCharacters(text.join('')), displays };
}

describe('tslab', () => {
  const jupyter = new Jupyter();

  beforeAll(() => {
    if (missing) return;
    jupyter.install();
    const spec = join(jupyter.prefix, 'share/jupyter/kernels/tslab');
    mkdirSync(spec, { recursive: true });
    const argv = [process.execPath, join(packageFolder, 'bin/tslab'), 'kernel', '--config-path', '{connection_file}'];
    writeFileSync(join(spec, 'kernel.json'), JSON.stringify({ argv, display_name: 'tslab', language: 'typescript' }));
  });
  afterAll(() => jupyter.remove());

  const runIn = (kernel: string, cells: readonly string[]): { text: string; displays: unknown[] }[] => {
    const { stdout, stderr } = jupyter.run([here('notebook.py'), kernel], JSON.stringify(cells));
    if (!stdout) throw new Error(`${kernel} ran no notebook: ${stderr}`);
    return (JSON.parse(stdout) as [number, Output[]][]).map(([, outputs]) => seen(outputs));
  };

  test('a notebook of its habits shows the same in both kernels', (context) => {
    if (missing) return context.skip(missing);
    const cells = [...tslabCells, failingCell];
    const [theirs, ours] = [runIn('tslab', cells), runIn('spikelab', cells)];
    expect(ours.pop()?.text).toMatch(/RangeError: mine/);
    expect(theirs.pop()?.text).toMatch(/RangeError: mine/);
    const beside = tslabCells.map((source, n) => ({ source, ...ours[n] }));
    expect(beside).toEqual(tslabCells.map((source, n) => ({ source, ...theirs[n] })));
    // Not equal by showing nothing.
    expect(theirs.filter(({ displays }) => displays.length > 0).length).toBeGreaterThanOrEqual(7);
    expect(theirs.filter(({ text }) => text !== '').length).toBeGreaterThanOrEqual(15);
  });

  test("the module's types are assignable to and from those of the package", () => {
    const text = `import * as theirs from ${JSON.stringify(join(packageFolder, 'dist/public'))};
      import * as ours from ${JSON.stringify(here('../../kernel/child/tslab.ts'))};
      let a: typeof theirs = ours; let b: typeof ours = theirs;
      let d: theirs.Display = ours.display; let e: ours.Display = theirs.newDisplay();
      // @ts-expect-error: so that a check which knows no types is seen
      const wrong: number = ours.versions;
      export { a, b, d, e, wrong };`;
    const name = here('./__tslab_types__.ts');
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowImportingTsExtensions: true,
      types: ['node'],
    };
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (file, ...rest) =>
      file === name ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : read(file, ...rest);
    const program = ts.createProgram([name], options, host);
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });
});

describe.skipIf(missingBuild)("a project's own tslab", () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-tslab-'));
  let kernel: Client;
  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules/charts'), { recursive: true });
    symlinkSync(packageFolder, join(folder, 'node_modules/tslab'), 'junction');
    writeFileSync(join(folder, 'node_modules/charts/package.json'), '{ "name": "charts", "main": "index.js" }');
    writeFileSync(
      join(folder, 'node_modules/charts/index.js'),
      "const { display, newDisplay } = require('tslab'); display.html('<i>while loading</i>'); const one = newDisplay(); exports.draw = (text) => one.text(text);",
    );
    writeFileSync(
      join(folder, 'local.ts'),
      'import { display } from "tslab";\nexport const hello = (): void => display.html("<b>local</b>");',
    );
    writeFileSync(join(folder, 'old.cjs'), 'exports.hello = () => require("tslab").display.text("old");');
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });
  const displays = async (code: string): Promise<unknown[]> => {
    const { outputs, error } = await kernel.execute(code);
    expect(error).toBeUndefined();
    return outputs.map(({ type, content }) => [type, content.data]);
  };

  test("displays of a package that uses the project's copy come to the notebook", async () => {
    expect(await displays("import { draw } from 'charts'; draw('first'); draw('second');")).toEqual([
      ['display_data', { 'text/html': '<i>while loading</i>' }],
      ['display_data', { 'text/plain': 'first' }],
      ['update_display_data', { 'text/plain': 'second' }],
    ]);
    expect(await displays("require('charts').draw('third')")).toEqual([
      ['update_display_data', { 'text/plain': 'third' }],
    ]);
  });

  test('local files have the module, too, as TypeScript and as CommonJS', async () => {
    expect(await displays("import { hello } from './local.ts'; hello();")).toEqual([
      ['display_data', { 'text/html': '<b>local</b>' }],
    ]);
    expect(await displays("import { hello as old } from './old.cjs'; old(); require('./old.cjs').hello();")).toEqual([
      ['display_data', { 'text/plain': 'old' }],
      ['display_data', { 'text/plain': 'old' }],
    ]);
  });

  test("completion and checks know the module's types", async () => {
    await kernel.execute("import * as tslab from 'tslab'");
    const { content } = await kernel.request('shell', 'complete_request', { code: 'tslab.display.', cursor_pos: 14 });
    expect(content.matches).toContain('markdown');
    expect((await kernel.execute('tslab.display.html(5)')).error?.evalue).toContain('not assignable');
  });
});
