import type { JsonObject } from '../protocol/message.js';

/** [session, line number, source], or with output [session, line number, [source, output]]. */
export type HistoryRow = [number, number, string | [string, string | null]];

interface Entry {
  readonly line: number;
  readonly source: string;
  output?: string;
}

/** What was run in this session, for `history_request`. */
export class History {
  private readonly entries: Entry[] = [];

  add(line: number, source: string): void {
    this.entries.push({ line, source });
  }

  setOutput(line: number, output: string): void {
    const entry = this.entries.findLast((one) => one.line === line);
    if (entry) entry.output = output;
  }

  /** Answers a `history_request`; fields it does not understand are taken as absent. */
  query(content: JsonObject): HistoryRow[] {
    const withOutput = content['output'] === true;
    const n = typeof content['n'] === 'number' && content['n'] >= 0 ? content['n'] : undefined;
    let found: Entry[];
    if (content['hist_access_type'] === 'range') {
      const start = Number(content['start'] ?? 0);
      const stop = content['stop'] === null || content['stop'] === undefined ? Infinity : Number(content['stop']);
      const session = Number(content['session'] ?? 0);
      found = session === 0 ? this.entries.filter(({ line }) => line >= start && line < stop) : [];
    } else if (content['hist_access_type'] === 'search') {
      const pattern = globPattern(typeof content['pattern'] === 'string' ? content['pattern'] : '*');
      found = this.entries.filter(({ source }) => pattern.test(source));
      if (content['unique'] === true) found = found.filter(({ source }, at) => found.findLastIndex((one) => one.source === source) === at);
      if (n !== undefined) found = found.slice(-n);
    } else found = n === undefined ? this.entries : n === 0 ? [] : this.entries.slice(-n);
    return found.map(({ line, source, output }) => [0, line, withOutput ? [source, output ?? null] : source]);
  }
}

/** `*` and `?` as in file names. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[\\s\\S]*').replace(/\?/g, '[\\s\\S]');
  return new RegExp(`^${source}$`);
}
