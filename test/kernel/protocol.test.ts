/** Signing and framing, against the documents' example and against anything a hostile client can send. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConnectionInfo } from '../../kernel/protocol/connection.js';
import { decodeMessage, encodeMessage, MalformedMessage } from '../../kernel/protocol/framing.js';
import { MessageFactory } from '../../kernel/protocol/message.js';
import { Signer } from '../../kernel/protocol/signing.js';
import {
  decodeChannelMessage,
  encodeChannelMessage,
  encodeText,
  FrameReader,
  type Frame,
} from '../../kernel/common/channel.js';
import { toCodePoints, toUtf16 } from '../../kernel/common/text-offsets.js';

const json = fc.dictionary(fc.string(), fc.jsonValue());
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('signing', () => {
  test('is the HMAC of RFC 4231, test case 2, split over the frames', () => {
    const frames = ['what do ya ', 'want ', 'for nothing', '?'].map((part) => Buffer.from(part));
    expect(new Signer('Jefe').sign(frames)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
    expect(new Signer('Jefe', 'hmac-sha512').sign(frames)).toMatch(/^164b7a7bfcf819e2e395fbe73b56e0a3/);
  });

  test('refuses a changed frame and a replay, not a new message', () => {
    const signer = new Signer('key');
    const frames = [Buffer.from('{}'), Buffer.from('{}'), Buffer.from('{}'), Buffer.from('{"a":1}')];
    const signature = Buffer.from(signer.sign(frames));
    expect(signer.refuse(signature, [...frames.slice(0, 3), Buffer.from('{"a":2}')])).toBe('wrong signature');
    expect(signer.refuse(signature.subarray(1), frames)).toBe('wrong signature');
    expect(signer.refuse(signature, frames)).toBeUndefined();
    expect(signer.refuse(signature, frames)).toBe('replayed message');
  });

  test('names an unknown scheme', () => expect(() => new Signer('k', 'hmac-nonsense')).toThrow(/hmac-nonsense/));
});

describe('framing', () => {
  test('any message comes back as it was sent', () => {
    fc.assert(
      fc.property(
        json,
        json,
        fc.array(bytes),
        fc.array(bytes.filter((id) => id.toString() !== '<IDS|MSG>')),
        (content, metadata, buffers, identities) => {
          const message = new MessageFactory().make({ type: 'comm_msg', content, metadata, buffers }, identities);
          const back = decodeMessage(encodeMessage(message, new Signer('secret')), new Signer('secret'));
          expect(back.content).toEqual(JSON.parse(JSON.stringify(content)));
          expect(back.metadata).toEqual(JSON.parse(JSON.stringify(metadata)));
          expect(back.header).toEqual(message.header);
          expect(back.buffers.map((one) => Buffer.from(one))).toEqual(buffers);
          expect(back.identities.map((one) => Buffer.from(one))).toEqual(identities);
        },
      ),
    );
  });

  test('arbitrary frames are refused, never worse', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            bytes,
            fc.constantFrom('<IDS|MSG>', '{}', '[]', 'null', '{"msg_id":1}', '').map((text) => Buffer.from(text)),
          ),
        ),
        (frames) => {
          expect(() => decodeMessage(frames, new Signer('secret'))).toThrow(MalformedMessage);
        },
      ),
    );
  });

  test('a message with the right key but the wrong shape is refused', () => {
    const signer = new Signer('secret');
    for (const parts of [
      ['[]', '{}', '{}', '{}'],
      ['{}', '{}', '{}', '{}'],
      ['{"msg_id":"a","msg_type":1,"session":"s"}', '{}', '{}', '{}'],
      ['nonsense', '{}', '{}', '{}'],
    ]) {
      const frames = parts.map((part) => Buffer.from(part));
      expect(() =>
        decodeMessage([Buffer.from('<IDS|MSG>'), Buffer.from(signer.sign(frames)), ...frames], new Signer('secret')),
      ).toThrow(MalformedMessage);
    }
  });
});

describe('connection file', () => {
  const good = {
    transport: 'tcp',
    ip: '127.0.0.1',
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
    key: 'k',
    signature_scheme: 'hmac-sha256',
  };
  test.each([
    ['shell_port', -1],
    ['iopub_port', 70000],
    ['hb_port', '5'],
    ['transport', 'udp'],
    ['ip', ''],
    ['key', 5],
    ['signature_scheme', 'md5'],
  ])('names %s = %j', (field, value) =>
    expect(() => parseConnectionInfo(JSON.stringify({ ...good, [field]: value }))).toThrow(field),
  );
  test('reads a good one', () => expect(parseConnectionInfo(JSON.stringify(good))).toEqual(good));
});

describe('channel between the processes', () => {
  test('frames survive any cutting of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(bytes),
        json,
        fc.integer({ min: 1, max: 50 }),
        (texts, buffers, content, cut) => {
          const sent = [
            ...texts.map((text, n) => encodeText(n % 2 ? 1 : 2, n, text)),
            encodeChannelMessage({ ...content, op: 'x' }, 7, buffers),
          ];
          const stream = Buffer.concat(sent);
          const frames: Frame[] = [];
          const reader = new FrameReader((frame) => frames.push({ ...frame, payload: Buffer.from(frame.payload) }));
          for (let at = 0; at < stream.length; at += cut) reader.push(stream.subarray(at, at + cut));
          expect(frames.slice(0, -1).map(({ payload }) => payload.toString())).toEqual(
            texts.map((text) => Buffer.from(text).toString()),
          );
          expect(frames.slice(0, -1).map(({ cell }) => cell)).toEqual(texts.map((_, n) => n));
          const last = frames.at(-1)!;
          expect(last.cell).toBe(7);
          const { message, buffers: back } = decodeChannelMessage(last.payload);
          expect(message).toEqual(JSON.parse(JSON.stringify({ ...content, op: 'x' })));
          expect(back).toEqual(buffers);
        },
      ),
    );
  });
});

test('cursor positions count code points', () => {
  const text = 'a😀b';
  expect([0, 1, 2, 3].map((at) => toUtf16(text, at))).toEqual([0, 1, 3, 4]);
  expect([0, 1, 3, 4].map((at) => toCodePoints(text, at))).toEqual([0, 1, 2, 3]);
});
