import { randomUUID } from 'node:crypto';
import { sendMessage } from './pipe.js';
import { ArrayBuffer, Error, Map, Object, String, Uint8Array } from '../common/intrinsics.js';

type Json = Record<string, unknown>;

/** Binary data that travels beside the JSON, uncopied on the wire. */
export type CommBuffer = ArrayBuffer | ArrayBufferView;

export interface CommOptions {
  readonly metadata?: Json;
  readonly buffers?: readonly CommBuffer[];
}

/** A message as it comes from the front end. */
export interface CommMessage {
  readonly data: Json;
  readonly metadata: Json;
  readonly buffers: readonly Uint8Array[];
}

export type CommHandler = (message: CommMessage) => void | Promise<void>;

/** One open line to a front end's widget. */
export class Comm {
  /** Called with each message from the front end. */
  onMessage: CommHandler | undefined;
  /** Called when the front end closes the comm. */
  onClose: CommHandler | undefined;

  constructor(
    readonly targetName: string,
    readonly id: string = randomUUID(),
  ) {}

  /** Sends data, and optionally binary buffers, to the front end. */
  send(data: Json, options: CommOptions = {}): void {
    this.post('comm_msg', data, options);
  }

  /** Closes the comm on both sides. */
  close(data: Json = {}, options: CommOptions = {}): void {
    if (openComms.delete(this.id)) this.post('comm_close', data, options);
  }

  /** @internal */
  post(type: 'comm_open' | 'comm_msg' | 'comm_close', data: Json, { metadata = {}, buffers = [] }: CommOptions): void {
    if (type === 'comm_msg' && !openComms.has(this.id))
      throw new Error(`The comm ${this.id} (${this.targetName}) is closed.`);
    const content = { comm_id: this.id, data, ...(type === 'comm_open' && { target_name: this.targetName }) };
    sendMessage({ op: 'comm', type, content, metadata }, undefined, buffers.map(bytesOf));
  }
}

const openComms = new Map<string, Comm>();
const targets = new Map<string, (comm: Comm, opening: CommMessage) => void | Promise<void>>();

/** Messages between cells and widgets of the front end, both ways, with binary buffers. */
export const comms = Object.freeze({
  /** Says what to do when the front end opens a comm for `targetName`; replaces an earlier handler. */
  register(targetName: string, onOpen: (comm: Comm, opening: CommMessage) => void | Promise<void>): void {
    targets.set(targetName, onOpen);
  },
  unregister(targetName: string): void {
    targets.delete(targetName);
  },
  /** Opens a comm to the front end's `targetName`, for instance `jupyter.widget`. */
  open(targetName: string, data: Json = {}, options: CommOptions = {}): Comm {
    const comm = new Comm(targetName);
    openComms.set(comm.id, comm);
    comm.post('comm_open', data, options);
    return comm;
  },
  /** The comms that are open, by id. */
  get opened(): ReadonlyMap<string, Comm> {
    return openComms;
  },
});

/**
 * Hands a message of the front end to the comm it is for. A comm that nobody here wants is closed, as the protocol
 * asks.
 */
export async function receiveComm(
  type: unknown,
  content: Json,
  metadata: Json,
  buffers: readonly Uint8Array[],
): Promise<void> {
  const id = String(content['comm_id']);
  const data = typeof content['data'] === 'object' && content['data'] !== null ? (content['data'] as Json) : {};
  const message: CommMessage = { data, metadata, buffers };
  if (type === 'comm_open') {
    const targetName = String(content['target_name']);
    const comm = new Comm(targetName, id);
    const onOpen = targets.get(targetName);
    if (!onOpen) return comm.post('comm_close', {}, {});
    openComms.set(id, comm);
    try {
      await onOpen(comm, message);
    } catch (error) {
      comm.close();
      throw error;
    }
    return;
  }
  const comm = openComms.get(id);
  if (type === 'comm_close') {
    openComms.delete(id);
    await comm?.onClose?.(message);
  } else await comm?.onMessage?.(message);
}

function bytesOf(buffer: CommBuffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
