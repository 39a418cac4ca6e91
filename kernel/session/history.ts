import type { JsonObject } from '../protocol/message.js';
import { HistoryFile, type Entry } from './history-file.js';

/** [session, line number, source], or with output [session, line number, [source, output]]. */
export type HistoryRow = [number, number, string | [string, string | null]];

/** Characters of a result that are kept. */
const outputLimit = 10_000;

/** What was run, in this session and in earlier ones, for `history_request`. */
export class History {
  /** `file` keeps the history; without one it ends with the session. */
  constructor(private readonly file: HistoryFile = new HistoryFile(undefined)) {}

  add(line: number, source: string): void {
    this.file.add(line, source);
  }

  setOutput(line: number, output: string): void {
    this.file.setOutput(line, output.slice(0, outputLimit));
  }

  /**
   * Answers a `history_request`; fields it does not understand are taken as absent. As in IPython, a range's session is 0 for
   * this one, -1 for the one before, or a session's number.
   */
  query(content: JsonObject): HistoryRow[] {
    const withOutput = content['output'] === true;
    const n = typeof content['n'] === 'number' && content['n'] >= 0 ? content['n'] : undefined;
    const last = (entries: Entry[]): Entry[] => (n === undefined ? entries : n === 0 ? [] : entries.slice(-n));
    const row = ({ session, line, source, output }: Entry): HistoryRow => [session, line, withOutput ? [source, output ?? null] : source];

    if (content['hist_access_type'] === 'range') {
      const start = Number(content['start'] ?? 0);
      const stop = content['stop'] === null || content['stop'] === undefined ? Infinity : Number(content['stop']);
      const given = Number(content['session'] ?? 0);
      const { entries, session } = this.file.read();
      const wanted = given > 0 ? given : session + given;
      return entries.filter((one) => one.session === wanted && one.line >= start && one.line < stop).map((one) => row(given === 0 ? { ...one, session: 0 } : one));
    }
    const { entries } = this.file.read();
    if (content['hist_access_type'] !== 'search') return last(entries).map(row);
    const pattern = globPattern(typeof content['pattern'] === 'string' ? content['pattern'] : '*');
    let found = entries.filter(({ source }) => pattern.test(source));
    if (content['unique'] === true) {
      const newest = new Map(found.map((one) => [one.source, one]));
      found = found.filter((one) => newest.get(one.source) === one);
    }
    return last(found).map(row);
  }
}

/** `*` and `?` as in file names. */
function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/\*+/g, '*') // many in a row would make the search exponential
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[\\s\\S]*')
    .replace(/\?/g, '[\\s\\S]');
  return new RegExp(`^${source}$`);
}
