/** Where things are put in the one memory of a network. */
export const lanes = 16;
const pageBytes = 65536;
/** Static data of the WASM module lies below this address. */
export const staticLimit = 65536;
const memoryLimit = 65535 * pageBytes;

export const ceilTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Bump allocator that grows the memory; addresses are multiples of 64. */
export class Arena {
  private end = staticLimit;
  constructor(readonly memory: WebAssembly.Memory) {}

  allocate = (bytes: number): number => {
    const at = this.end;
    this.end = ceilTo(at + bytes, 64);
    const missing = Math.ceil((this.end - this.memory.buffer.byteLength) / pageBytes);
    if (this.end > memoryLimit) {
      throw new RangeError(
        `the network and its data need more than ${Math.round(this.end / 2 ** 20)} MB of engine memory; the limit is 4095 MB: use fewer samples, steps or units`,
      );
    }
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (cause) {
        throw new RangeError(`no memory for ${Math.round(this.end / 2 ** 20)} MB: use fewer samples, steps or units`, {
          cause,
        });
      }
    }
    return at;
  };

  pointers(addresses: readonly number[]): number {
    const at = this.allocate(addresses.length * 4);
    new Uint32Array(this.memory.buffer, at, addresses.length).set(addresses);
    return at;
  }
}
