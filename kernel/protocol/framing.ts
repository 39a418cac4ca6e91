import { wellFormedJson } from './well-formed.js';
import type { JsonObject, Message, MessageHeader, OutgoingMessage } from './message.js';
import type { Signer } from './signing.js';

/** Ends the routing prefix of a multipart message. */
const delimiter = Buffer.from('<IDS|MSG>');

/** A message that is dropped; the text goes to the log. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** The frames of a message: identities, delimiter, signature, header, parent header, metadata, content, buffers. */
export function encodeMessage(message: OutgoingMessage, signer: Signer): Uint8Array[] {
  const json = [message.header, message.parentHeader, message.metadata, message.content].map((part) =>
    part instanceof Uint8Array ? part : Buffer.from(wellFormedJson(part)),
  );
  return [...message.identities, delimiter, Buffer.from(signer.sign(json)), ...json, ...message.buffers];
}

/** Reads frames back. Throws {@link MalformedMessage} when they are not a message signed with our key. */
export function decodeMessage(frames: readonly Uint8Array[], signer: Signer): Message {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  if (at < 0) throw new MalformedMessage('no <IDS|MSG> delimiter');
  if (frames.length < at + 6)
    throw new MalformedMessage(`${frames.length - at - 1} frames after the delimiter, at least 5 are needed`);
  const json = frames.slice(at + 2, at + 6);
  const refusal = signer.refuse(frames[at + 1], json);
  if (refusal) throw new MalformedMessage(refusal);
  const [header, parentHeader, metadata, content] = json.map(parseObject);
  for (const field of ['msg_id', 'msg_type', 'session'])
    if (typeof header[field] !== 'string') throw new MalformedMessage(`header.${field} is not a string`);
  return {
    identities: frames.slice(0, at),
    header: header as unknown as MessageHeader,
    parentHeader,
    metadata,
    content,
    buffers: frames.slice(at + 6),
  };
}

function parseObject(frame: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8'));
  } catch {
    throw new MalformedMessage('a JSON frame does not parse');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedMessage('a JSON frame is not an object');
  return value as JsonObject;
}
