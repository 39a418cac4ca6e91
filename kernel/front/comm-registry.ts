import type { JsonObject } from '../protocol/message.js';

/**
 * Which comms are open, and for which target: what `comm_info_request` asks for. Follows the messages of both sides.
 */
export class CommRegistry {
  private readonly open = new Map<string, string>();

  has(content: JsonObject): boolean {
    return this.open.has(String(content['comm_id']));
  }

  follow(type: unknown, content: JsonObject): void {
    const id = String(content['comm_id']);
    if (type === 'comm_open') this.open.set(id, String(content['target_name']));
    else if (type === 'comm_close') this.open.delete(id);
  }

  /** The `comms` of a `comm_info_reply`, of one target when it is named. */
  info(target: unknown): JsonObject {
    const wanted = [...this.open].filter(([, name]) => typeof target !== 'string' || target === '' || name === target);
    return Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
  }

  /** Forgets all; returns their ids. */
  clear(): string[] {
    const ids = [...this.open.keys()];
    this.open.clear();
    return ids;
  }
}
