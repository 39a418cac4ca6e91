import type { Message } from '../protocol/message.js';

/**
 * Cells, and messages to comms, that have ended and whose late output still finds its way back: those that ended or
 * wrote last.
 */
const rememberedCells = 1000;
const rememberedComms = 1000;

/** Which request the output of each cell and comm handler belongs to: as long as it goes on, and for a while after. */
export class Parents {
  private readonly requests = new Map<number, Message>();
  private readonly endedCells = new Set<number>();
  private readonly endedComms = new Set<number>();
  private latest = 0;

  beginCell(id: number, request: Message): void {
    this.latest = id;
    this.begin(id, request);
  }

  /** Keeps what later output needs of a request; its code and buffers may be large. */
  begin(id: number, request: Message): void {
    this.requests.set(id, { ...request, content: { silent: request.content['silent'] }, buffers: [] });
  }

  endCell(id: number): void {
    this.end(id, this.endedCells, rememberedCells);
  }

  endComm(id: number): void {
    this.end(id, this.endedComms, rememberedComms);
  }

  /** The request of a cell; 0 stands for the one that began last: text without an owner is taken for its. */
  of(id: number): Message | undefined {
    // Background work keeps its cell.
    for (const ended of [this.endedCells, this.endedComms]) if (ended.delete(id)) ended.add(id);
    return this.requests.get(id === 0 ? this.latest : id);
  }

  private end(id: number, ended: Set<number>, remembered: number): void {
    ended.add(id);
    if (ended.size <= remembered) return;
    const [oldest] = ended;
    ended.delete(oldest);
    this.requests.delete(oldest);
  }
}
