/** Messages that no front end should send. */
import { createHmac } from 'node:crypto';

/** Pseudo-random numbers, the same for the same seed: an integer below `n`. */
export type Draw = (n: number) => number;

const pick = <T>(draw: Draw, from: readonly T[]): T => from[draw(from.length)];

const values: readonly ((draw: Draw) => unknown)[] = [
  () => null,
  () => 5,
  () => -1e308,
  () => true,
  () => [],
  () => ({}),
  () => ({ __proto__: null, constructor: 'x', toString: 1 }),
  (draw) => 'x'.repeat(1 + draw(2_000_000)),
  () => '\u0000\ud800 <IDS|MSG> \u{1f600}',
  () => JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown,
];

const fields: Readonly<Record<string, readonly string[]>> = {
  execute_request: ['code', 'silent', 'store_history', 'user_expressions', 'allow_stdin', 'stop_on_error'],
  complete_request: ['code', 'cursor_pos'],
  inspect_request: ['code', 'cursor_pos', 'detail_level'],
  is_complete_request: ['code'],
  history_request: ['output', 'raw', 'hist_access_type', 'session', 'start', 'stop', 'n', 'pattern', 'unique'],
  comm_info_request: ['target_name'],
  comm_open: ['comm_id', 'target_name', 'data'],
  comm_msg: ['comm_id', 'data'],
  comm_close: ['comm_id', 'data'],
  kernel_info_request: ['anything'],
  connect_request: ['anything'],
  interrupt_request: ['anything'],
};

/** A message of a known type whose fields are of any type, or missing. Strings are never code that runs. */
export function hostileContents(draw: Draw): {
  type: string;
  content: Record<string, unknown>;
  channel: 'shell' | 'control';
  buffers: Buffer[];
} {
  const type = pick(draw, Object.keys(fields));
  const content: Record<string, unknown> = {};
  for (const field of fields[type]) if (draw(4) > 0) content[field] = pick(draw, values)(draw);
  if (type === 'execute_request' && typeof content['code'] === 'string')
    content['code'] = `/* ${content['code'].replaceAll('*/', '')} */`;
  return {
    type,
    content,
    channel: type === 'interrupt_request' ? 'control' : 'shell',
    buffers: draw(3) === 0 ? [Buffer.alloc(draw(100_000), draw(256))] : [],
  };
}

/** Frames that are no message: cut, garbled, not JSON, of the wrong shape, wrongly signed. */
export function hostileFrames(draw: Draw, key: string): Buffer[] {
  const json = [
    { msg_id: `fuzz-${draw(1e9)}`, msg_type: 'execute_request', session: 's' },
    {},
    {},
    { code: 'globalThis.forged = true' },
  ].map((part) => Buffer.from(JSON.stringify(part)));
  const message = (
    parts: Buffer[],
    signature = createHmac('sha256', key).update(Buffer.concat(parts)).digest('hex'),
  ): Buffer[] => [Buffer.from('<IDS|MSG>'), Buffer.from(signature), ...parts];
  const garbage = Buffer.from(Array.from({ length: draw(500) }, () => draw(256)));
  const [header, parent, metadata, content] = json;
  switch (draw(7)) {
    case 0:
      return [garbage];
    case 1:
      return message(json, '0'.repeat(64));
    case 2:
      return message(json).slice(0, 1 + draw(5));
    case 3:
      return message([header, parent, metadata, garbage]);
    case 4:
      return message([Buffer.from('{"msg_id":1,"msg_type":{},"session":null}'), parent, metadata, content]);
    case 5:
      return message([header, Buffer.from('[]'), Buffer.from('null'), Buffer.from('7')]);
    default:
      return [garbage, garbage, ...message([header, parent, content.subarray(0, 5), content])];
  }
}
