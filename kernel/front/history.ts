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
   * Answers a `history_request`; fields it does not understand are taken as absent. As in IPython, a range's session is
   * 0 for this one, -1 for the one before, or a session's number.
   */
  query(content: JsonObject): HistoryRow[] {
    const withOutput = content['output'] === true;
    const n = typeof content['n'] === 'number' && content['n'] >= 0 ? content['n'] : undefined;
    const last = (entries: Entry[]): Entry[] => (n === undefined ? entries : n === 0 ? [] : entries.slice(-n));
    const row = ({ session, line, source, output }: Entry): HistoryRow => [
      session,
      line,
      withOutput ? [source, output ?? null] : source,
    ];

    if (content['hist_access_type'] === 'range') {
      const start = Number(content['start'] ?? 0);
      const stop = content['stop'] === null || content['stop'] === undefined ? Infinity : Number(content['stop']);
      const given = Number(content['session'] ?? 0);
      const { entries, session } = this.file.read();
      const wanted = given > 0 ? given : session + given;
      return entries
        .filter((one) => one.session === wanted && one.line >= start && one.line < stop)
        .map((one) => row(given === 0 ? { ...one, session: 0 } : one));
    }
    const { entries } = this.file.read();
    if (content['hist_access_type'] !== 'search') return last(entries).map(row);
    const pattern = typeof content['pattern'] === 'string' ? content['pattern'] : '*';
    if (pattern.length > patternLimit)
      throw new Error(
        `The pattern of a history search has ${pattern.length} characters, at most ${patternLimit} are possible: shorten it.`,
      );
    let found = entries.filter(({ source }) => matchesGlob(source, pattern));
    if (content['unique'] === true) {
      const newest = new Map(found.map((one) => [one.source, one]));
      found = found.filter((one) => newest.get(one.source) === one);
    }
    return last(found).map(row);
  }
}

/** Characters that a search pattern may have: the time of a match grows with this and the length of the text. */
const patternLimit = 1000;

/**
 * Whether all of `text` matches `glob`, with `*` and `?` as in file names. Goes back only to the last star, because an
 * earlier one could not do what the last cannot: at most `text.length * glob.length` steps, where a regular expression
 * may need exponentially many.
 */
export function matchesGlob(text: string, glob: string): boolean {
  let [at, from] = [0, 0];
  let star = -1;
  for (let i = 0; i < text.length;) {
    if (glob[at] === '*') [star, from] = [at++, i];
    else if (at < glob.length && (glob[at] === '?' || glob[at] === text[i])) [at, i] = [at + 1, i + 1];
    else if (star >= 0) [at, i] = [star + 1, ++from];
    else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}
