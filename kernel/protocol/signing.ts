import { createHmac, getHashes, timingSafeEqual } from 'node:crypto';

/** How many signatures of received messages are remembered to refuse a replay (ipykernel keeps as many). */
const rememberedSignatures = 65536;

/**
 * Signs and verifies messages with the key of the connection file: the hex HMAC of header, parent header, metadata and
 * content, in this order. With an empty key nothing is signed and everything is accepted.
 * Source: Jupyter client documentation, "The wire protocol".
 */
export class Signer {
  private readonly hash: string;
  private readonly seen = new Set<string>();

  constructor(
    private readonly key: string,
    scheme = 'hmac-sha256',
  ) {
    this.hash = scheme.slice('hmac-'.length);
    if (!getHashes().includes(this.hash))
      throw new Error(`signature_scheme "${scheme}" is not known to this Node; "hmac-sha256" is.`);
  }

  /** The signature frame of the four JSON frames. */
  sign(frames: readonly Uint8Array[]): string {
    if (this.key === '') return '';
    const hmac = createHmac(this.hash, this.key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest('hex');
  }

  /** Why a received message must be dropped, or `undefined` when its signature is right and new. */
  refuse(signature: Uint8Array, frames: readonly Uint8Array[]): string | undefined {
    if (this.key === '') return undefined;
    const expected = Buffer.from(this.sign(frames), 'ascii');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return 'wrong signature';
    const text = expected.toString('ascii');
    if (this.seen.has(text)) return 'replayed message';
    this.seen.add(text);
    if (this.seen.size > rememberedSignatures) this.seen.delete(this.seen.values().next().value as string);
    return undefined;
  }
}
