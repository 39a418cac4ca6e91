import { expect, test } from 'vitest';
import type { Message } from '../protocol/message.js';
import { Parents } from './parents.js';

const request = (id: string): Message => ({
  identities: [],
  header: { msg_id: id } as Message['header'],
  parentHeader: {},
  metadata: {},
  content: {},
  buffers: [],
});

test("output of a cell that ended long ago finds its request as long as it goes on, and is nobody else's when it does not", () => {
  const parents = new Parents();
  const run = (id: number): void => {
    parents.beginCell(id, request(`cell ${id}`));
    parents.endCell(id);
  };
  run(1); // writes now and then
  run(2); // does not
  for (let id = 3; id < 5000; id++) {
    run(id);
    if (id % 500 === 0) expect(parents.of(1)?.header.msg_id).toBe('cell 1');
  }
  expect(parents.of(1)?.header.msg_id).toBe('cell 1');
  expect(parents.of(2)).toBeUndefined();
  expect(parents.of(0)?.header.msg_id).toBe('cell 4999');
});
