/**
 * Widgets on the wire: the messages that ipywidgets' front end sends and expects (its schema, version 2.1), and what is
 * shown without a front end.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild, type Executed, type Received } from './client.js';

let kernel: Client;
const run = (code: string): Promise<Executed> => kernel.execute(code);

/** The id of the widget that a cell shows. */
const modelId = ({ outputs }: Executed): string =>
  outputs
    .map(({ content }) => content.data?.['application/vnd.jupyter.widget-view+json']?.model_id as string | undefined)
    .findLast((id) => id)!;

/** What a front end sends to a widget; resolves with everything that came of it. */
async function send(id: string, data: Record<string, unknown>, buffers: Buffer[] = []): Promise<Received[]> {
  const { id: message } = kernel.request('shell', 'comm_msg', { comm_id: id, data }, { buffers });
  await kernel.until(
    ({ type, parent, content }) => type === 'status' && parent.msg_id === message && content.execution_state === 'idle',
  );
  return kernel.iopub.filter(({ type, parent }) => parent.msg_id === message && type !== 'status');
}
const update = (id: string, state: Record<string, unknown>): Promise<Received[]> =>
  send(id, { method: 'update', state, buffer_paths: [] });
/** Method and state of comm messages. */
const states = (messages: readonly Received[]): unknown[] =>
  messages.map(({ content }) => [content.data.method, content.data.state]);

describe.skipIf(missingBuild)('widgets', () => {
  beforeAll(async () => {
    kernel = await Client.start();
  });
  afterAll(() => kernel?.shutdown());

  test('a control opens its box, its style and itself as the front end knows them, and shows its value as text', async () => {
    const { outputs } = await run("const s = slider({ label: 'threshold', min: 1, max: 30, value: 8 }); s");
    const opened = outputs.filter(({ type }) => type === 'comm_open');
    expect(
      opened.map(({ content, metadata }) => [content.target_name, content.data.state._model_name, metadata.version]),
    ).toEqual([
      ['jupyter.widget', 'SliderStyleModel', '2.1.0'],
      ['jupyter.widget', 'LayoutModel', '2.1.0'],
      ['jupyter.widget', 'IntSliderModel', '2.1.0'],
    ]);
    const [style, layout] = opened.map(({ content }) => `IPY_MODEL_${content.comm_id as string}`);
    expect(opened[2].content.data.state).toMatchObject({
      value: 8,
      min: 1,
      max: 30,
      step: 1,
      description: 'threshold',
      layout,
      style,
    });
    expect(outputs.at(-1)!.content.data).toEqual({
      'application/vnd.jupyter.widget-view+json': {
        version_major: 2,
        version_minor: 0,
        model_id: opened[2].content.comm_id as string,
      },
      'text/plain': 'threshold: 8',
    });
  });

  test('a change of the front end is echoed first, and told to listeners; one out of bounds is corrected', async () => {
    const id = modelId(await run("s.onChange((value, before) => console.log(before, '->', value)); s"));
    const changed = await update(id, { value: 12 });
    expect(states(changed.filter(({ type }) => type === 'comm_msg'))).toEqual([['echo_update', { value: 12 }]]);
    expect((await run('s.value')).result).toBe('12');
    const corrected = await update(id, { value: 99 });
    expect(states(corrected)).toEqual([
      ['echo_update', { value: 99 }],
      ['update', { value: 30 }],
    ]);
    for (const value of ['x', null, NaN, { toString: 1 }, [1]])
      await update(id, { value, max: 1e9, _model_name: 'Other', unknown: 1, __proto__: 1 });
    expect((await run('[s.value, s.max, ({} as any).unknown]')).result).toBe('[ 30, 30, undefined ]');
    expect(states(await update(id, { value: 'x' }))).toEqual([
      ['echo_update', { value: 'x' }],
      ['update', { value: 30 }],
    ]);
  });

  test('what a listener prints stands under the cell that set it; so does its error', async () => {
    const set = await run(
      "const t = slider({ value: 1 }); t.onChange((v) => { console.log('now', v); if (v === 3) throw new RangeError('three'); }); t",
    );
    const cell = kernel.iopub.find(
      ({ type, content }) => type === 'execute_result' && content.data['text/plain'] === '1',
    )!.parent.msg_id;
    await update(modelId(set), { value: 2 });
    await kernel.until(
      ({ type, parent, content }) => type === 'stream' && parent.msg_id === cell && content.text.includes('now 2'),
    );
    await update(modelId(set), { value: 3 });
    await kernel.until(
      ({ type, parent, content }) => type === 'error' && parent.msg_id === cell && content.evalue === 'three',
    );
    const { outputs } = await run('t.value = 4');
    expect(states(outputs.filter(({ type }) => type === 'comm_msg'))).toEqual([['update', { value: 4 }]]);
    await kernel.until(
      ({ type, parent, content }) => type === 'stream' && parent.msg_id === cell && content.text.includes('now 4'),
    );
  });

  test('each kind of control has its typed value', async () => {
    const ids = new Map<string, string>();
    for (const [name, code] of Object.entries({
      range: 'rangeSlider({ max: 10, value: [2, 4] })',
      choice: "dropdown({ options: { one: 'first', two: 'second' } })",
      yes: 'checkbox({ value: true })',
      words: "text({ value: 'a' })",
      lines: "text({ value: 'b', rows: 3 })",
      film: 'play({ max: 9 })',
      real: 'slider({ max: 1, step: 0.25 })',
    }))
      ids.set(name, modelId(await run(`const ${name} = ${code}; ${name}`)));
    await update(ids.get('range')!, { value: [9, 5] });
    await update(ids.get('choice')!, { index: 1 });
    await update(ids.get('choice')!, { index: 7 });
    await update(ids.get('yes')!, { value: false });
    await update(ids.get('words')!, { value: 'typed' });
    await update(ids.get('words')!, { value: 5 });
    await update(ids.get('film')!, { value: 3, playing: true });
    await update(ids.get('real')!, { value: 0.75 });
    expect(
      (
        await run(
          'JSON.stringify([range.value, choice.value, yes.value, words.value, lines.value, film.value, film.playing, real.value])',
        )
      ).result,
    ).toBe(`'[[5,9],"second",false,"typed","b",3,true,0.75]'`);
    const typed = await run(
      'const a: readonly [number, number] = range.value; const b: "first" | "second" = choice.value; const c: boolean = yes.value; const d: string = words.value; [a, b, c, d].length',
    );
    expect(typed.result).toBe('4');
    for (const wrong of ['const w: string = real.value', "choice.value = 'third'", 'slider({ maximum: 3 })'])
      expect((await run(wrong)).error?.ename).toBe('TypeError');
    expect((await run('slider({ min: 3, max: 1 })')).error?.evalue).toContain('min must not be greater');
    expect((await run('slider({ value: NaN })')).error?.evalue).toContain('finite number');
  });

  test('buttons, boxes and closing', async () => {
    const shown = await run(
      "let clicks = 0; const b = button('Go', () => { clicks++; }); const box = row(b, column(slider({ label: 'x' }))); box",
    );
    expect(shown.result).toBe('[Go]   x: 0');
    const id = modelId(await run('b'));
    await send(id, { method: 'custom', content: { event: 'click' } });
    await send(id, { method: 'custom', content: null });
    expect((await run('clicks')).result).toBe('1');
    const { outputs } = await run('box.close(); box');
    expect(outputs.filter(({ type }) => type === 'comm_close').length).toBe(10); // of the boxes two each, of the button and the slider three: itself, its box, its style
    expect(outputs.at(-1)!.content.data).toEqual({ 'text/plain': '[Go]   x: 0' });
    // A front end that is told nothing more, and one that closes a widget itself.
    expect((await run("b.label = 'late'; b.label")).outputs.map(({ type }) => type)).toEqual(['execute_result']);
    const other = modelId(await run('const closing = slider(); closing'));
    const { id: message } = kernel.request('shell', 'comm_close', { comm_id: other, data: {} });
    await kernel.until(
      ({ type, parent, content }) =>
        type === 'status' && parent.msg_id === message && content.execution_state === 'idle',
    );
    expect((await run('closing.value = 5; undefined')).outputs).toEqual([]);
  });

  test('request_state and request_states answer with everything, binary parts beside it', async () => {
    const id = modelId(
      await run(
        "const own = widget({ esm: 'export default {}', state: { n: 1, data: new Float32Array([1, 2.5]), deep: { list: [new Uint8Array([7])] } } }); own",
      ),
    );
    const [single] = await send(id, { method: 'request_state' });
    expect(single.content.data).toMatchObject({
      method: 'update',
      state: { n: 1, deep: { list: [null] } },
      buffer_paths: [['data'], ['deep', 'list', 0]],
    });
    expect(single.buffers.map((buffer) => buffer.length)).toEqual([8, 1]);

    const open = kernel.request(
      'shell',
      'comm_open',
      { comm_id: 'control', target_name: 'jupyter.widget.control', data: {} },
      { metadata: { version: '1.0.0' } },
    );
    await kernel.until(
      ({ type, parent, content }) =>
        type === 'status' && parent.msg_id === open.id && content.execution_state === 'idle',
    );
    const [all] = await send('control', { method: 'request_states' });
    expect(all.content.data.method).toBe('update_states');
    expect(all.content.data.states[id]).toMatchObject({
      model_name: 'AnyModel',
      model_module: 'anywidget',
      state: { n: 1, _esm: 'export default {}' },
    });
    const paths = all.content.data.buffer_paths as unknown[][];
    expect(paths).toContainEqual([id, 'state', 'data']);
    expect(all.buffers).toHaveLength(paths.length);
  });

  test("a module's state: typed arrays keep their kind, messages go both ways, hostile places are refused", async () => {
    const id = modelId(
      await run(
        "const heard: unknown[] = []; own.onChange('data', (data) => { heard.push(data); }); own.onMessage((content, buffers) => { heard.push(content, [...buffers[0]]); own.send({ thanks: true }, [new Uint8Array([9])]); }); own",
      ),
    );
    const values = Buffer.from(new Float32Array([3, 4, 5]).buffer);
    const echo = await send(id, { method: 'update', state: {}, buffer_paths: [['data']] }, [values]);
    expect(echo[0].content.data).toMatchObject({ method: 'echo_update', buffer_paths: [['data']] });
    expect(echo[0].buffers[0]).toEqual(values);
    expect((await run('own.get("data")')).result).toBe('Float32Array(3) [ 3, 4, 5 ]');
    const answer = await send(id, { method: 'custom', content: { hello: 1 } }, [Buffer.from([1, 2])]);
    expect(answer[0].content.data).toEqual({ method: 'custom', content: { thanks: true } });
    expect(answer[0].buffers[0]).toEqual(Buffer.from([9]));
    expect((await run('heard')).result).toBe('[ Float32Array(3) [ 3, 4, 5 ], { hello: 1 }, [ 1, 2 ] ]');
    for (const buffer_paths of [[['__proto__', 'polluted']], [['data', 'constructor', 'x']], [[]], 'x', [['a'], ['b']]])
      await send(id, { method: 'update', state: {}, buffer_paths }, [Buffer.from([1])]);
    expect((await run('[({} as any).polluted, own.get("n")]')).result).toBe('[ undefined, 1 ]');
    expect((await run("widget({ esm: '', state: { _esm: 1 } })")).error?.evalue).toContain('_esm');
  });

  test("a module's commands are answered by name, with bytes, later too; an unknown one and an error stand under the cell", async () => {
    const id = modelId(
      await run(
        `const asking = widget({ esm: 'export default {}', commands: {
          twice: (n) => 2 * (n as number),
          bytes: async (_, [given]) => { await new Promise((later) => setTimeout(later, 20)); return { response: given.length, buffers: [new Uint8Array([7, ...given])] }; },
          nothing: () => {},
          fails: () => { throw new RangeError('no such neuron'); },
        } }); asking`,
      ),
    );
    const ask = (name: string, msg: unknown, buffers: Buffer[] = []): ReturnType<typeof send> =>
      send(id, { method: 'custom', content: { id: `ask-${name}`, kind: 'anywidget-command', name, msg } }, buffers);
    const answer = (name: string, response: unknown): unknown => ({
      method: 'custom',
      content: { id: `ask-${name}`, kind: 'anywidget-command-response', response },
    });
    expect((await ask('twice', 21))[0].content.data).toEqual(answer('twice', 42));
    const [bytes] = await ask('bytes', null, [Buffer.from([1, 2])]);
    expect(bytes.content.data).toEqual(answer('bytes', 2));
    expect(bytes.buffers[0]).toEqual(Buffer.from([7, 1, 2]));
    expect((await ask('nothing', null))[0].content.data).toEqual(answer('nothing', null));
    const errors = async (name: string): Promise<string[]> => {
      const before = kernel.iopub.length;
      await ask(name, null);
      return kernel.iopub
        .slice(before)
        .filter(({ type }) => type === 'error' || type === 'stream')
        .map(({ content }) => String(content.evalue ?? content.text));
    };
    expect((await errors('fails')).join()).toContain('no such neuron');
    expect((await errors('toString')).join()).toMatch(/no command toString; it has twice, bytes, nothing, fails/);
    await send(id, { method: 'custom', content: null });
    await send(id, { method: 'custom', content: { kind: 'other' } });
  });

  test('interact replaces what its function showed before, in order, and runs with the newest values only', async () => {
    const first = await run(`let runs = 0;
      const it = interact(async ({ threshold, kind, on }) => {
        runs++;
        console.log('threshold', threshold);
        if (on) display(md\`*on*\`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (threshold === 13) throw new RangeError('unlucky');
        return threshold * 2 + kind.length;
      }, { threshold: [1, 30], kind: ['a', 'bb'], on: true });`);
    const displays = (outputs: readonly Received[]): Received[] =>
      outputs.filter(({ type }) => /display_data$/.test(type));
    const texts = displays(first.outputs).map(({ type, content }) => [type, content.data['text/plain']]);
    expect(texts).toEqual([
      ['display_data', 'threshold: 15\nkind: a\non: true'],
      ['display_data', ''],
      ['update_display_data', 'threshold 15'],
      ['display_data', '*on*'],
      ['display_data', '31'],
    ]);
    const ids = displays(first.outputs)
      .filter(({ type }) => type === 'display_data')
      .map(({ content }) => content.transient.display_id as string);
    const cell = first.outputs[0].parent.msg_id;
    const late = (from: number): [string, string][] =>
      kernel.iopub
        .slice(from)
        .filter(({ type, parent }) => parent.msg_id === cell && /display_data$/.test(type))
        .map(({ content }) => [content.transient.display_id, content.data['text/plain']]);

    const slid = modelId(await run('it.controls.threshold'));
    let from = kernel.iopub.length;
    await Promise.all([3, 4, 5, 6, 7].map((value) => update(slid, { value })));
    expect((await run('runs')).result).toMatch(/^[234]$/);
    expect(late(from).slice(-3)).toEqual([
      [ids[1], 'threshold 7'],
      [ids[2], '*on*'],
      [ids[3], '15'],
    ]);

    // One output less: its place is emptied.
    from = kernel.iopub.length;
    await update(modelId(await run('it.controls.on')), { value: false });
    expect(late(from).slice(-2)).toEqual([
      [ids[2], '15'],
      [ids[3], ''],
    ]);

    from = kernel.iopub.length;
    await update(slid, { value: 13 });
    expect(late(from).find(([, text]) => text === 'RangeError: unlucky')).toBeDefined();
    expect((await run('await it.update()')).error?.evalue).toBe('unlucky');
    expect((await run('it.controls.threshold.value = 2; await it.update(); it.values')).result).toBe(
      "{ threshold: 2, kind: 'a', on: false }",
    );
    expect(
      (await run('interact(({ x }) => { throw new Error(`first run ${x}`); }, { x: [0, 1] })')).error?.evalue,
    ).toBe('first run 0.5');
    expect(
      (await run('interact(({ x }) => { const wrong: string = x; return wrong; }, { x: [0, 1] })')).error?.evalue,
    ).toContain('TS2322');
    expect((await run('interact(() => 1, { x: undefined as any })')).error?.evalue).toContain('describes no control');
  });

  test("the notebook's own names win over the widgets'", async () => {
    expect((await run("const text = 'own', row = [1], button = 2; text + row.length + button")).result).toBe("'own12'");
  });
});
