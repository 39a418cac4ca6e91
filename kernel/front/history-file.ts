import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isGrading } from '../common/grading.js';
import { compactFile } from './history-compaction.js';

export interface Entry {
  /** Sessions are numbered from 1 in the order in which they began. */
  readonly session: number;
  readonly line: number;
  readonly source: string;
  readonly output?: string;
}

/** The file is cut to `keptEntries` when it has grown beyond this. */
const largestFile = 8 * 2 ** 20;
const keptEntries = 5000;

type Row =
  | { readonly earlier: number }
  | { readonly start: string }
  | { readonly s: string; readonly n: number; readonly code?: string; readonly out?: string };

/**
 * Where the history is kept: `SPIKELAB_HISTORY` (`off` for nowhere), or the user's folder for program state. Nowhere
 * while a grader runs the notebook: the tested function could read the test that calls it there.
 */
export function historyPath(env = process.env, platform = process.platform): string | undefined {
  if (isGrading(env)) return undefined;
  const given = env['SPIKELAB_HISTORY'];
  if (given) return given === 'off' ? undefined : given;
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'spikelab', 'history.jsonl');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'spikelab', 'history.jsonl');
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'spikelab', 'history.jsonl');
}

/**
 * A history shared by all kernels of a user: one JSON object in each line, only ever appended to, so that kernels
 * running at the same time need no lock. A session's number is the place of its `start` line among the others.
 */
export class HistoryFile {
  private readonly id = randomUUID();
  private readonly own: { line: number; source: string; output?: string }[] = [];
  private begun = false;

  constructor(private path: string | undefined) {}

  add(line: number, source: string): void {
    this.own.push({ line, source });
    if (!this.begun) this.begin();
    this.append({ s: this.id, n: line, code: source });
  }

  setOutput(line: number, output: string): void {
    const entry = this.own.findLast((one) => one.line === line);
    if (!entry) return;
    entry.output = output;
    this.append({ s: this.id, n: line, out: output });
  }

  /** All entries, oldest first, and this session's number. */
  read(): { entries: Entry[]; session: number } {
    const { entries, sessions } =
      this.path === undefined ? { entries: [], sessions: new Map<string, number>() } : parse(readText(this.path));
    const session = sessions.get(this.id) ?? Math.max(0, ...sessions.values()) + 1;
    // One's own come from memory: they are there even where nothing can be written.
    return {
      entries: [...entries.filter((one) => one.session !== session), ...this.own.map((one) => ({ session, ...one }))],
      session,
    };
  }

  private begin(): void {
    this.begun = true;
    if (this.path === undefined) return;
    this.guarded((path) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestFile) compactFile(path, shorten);
    });
    this.append({ start: this.id });
  }

  private append(row: Row): void {
    this.guarded((path) => appendFileSync(path, `${JSON.stringify(row)}\n`, { mode: 0o600 }));
  }

  private guarded(work: (path: string) => void): void {
    if (this.path === undefined) return;
    try {
      work(this.path);
    } catch (error) {
      process.stderr.write(
        `spikelab kernel: the history is not kept: ${(error as Error).message}. SPIKELAB_HISTORY names another file, or "off".\n`,
      );
      this.path = undefined;
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Lines that are damaged, for instance by a full disk, are passed over. */
function parse(text: string): { entries: Entry[]; sessions: Map<string, number> } {
  const sessions = new Map<string, number>();
  const entries = new Map<string, Entry>();
  let earlier = 0;
  for (const line of text.split('\n')) {
    const row = parseRow(line);
    if (!row) continue;
    if ('earlier' in row) earlier = row.earlier;
    else if ('start' in row) sessions.set(row.start, earlier + sessions.size + 1);
    else {
      const session = sessions.get(row.s);
      const key = `${row.s} ${row.n}`;
      const known = entries.get(key);
      if (session === undefined) continue;
      if (row.code !== undefined) entries.set(key, { session, line: row.n, source: row.code });
      else if (known && row.out !== undefined) entries.set(key, { ...known, output: row.out });
    }
  }
  return { entries: [...entries.values()].sort((a, b) => a.session - b.session || a.line - b.line), sessions };
}

function parseRow(line: string): Row | undefined {
  try {
    const row = JSON.parse(line) as Record<string, unknown> | null;
    if (typeof row !== 'object' || row === null) return undefined;
    const known =
      typeof row['earlier'] === 'number' ||
      typeof row['start'] === 'string' ||
      (typeof row['s'] === 'string' && typeof row['n'] === 'number' && typeof (row['code'] ?? row['out']) === 'string');
    return known ? (row as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the newest entries and the numbers of their sessions. */
function shorten(text: string): string {
  const { entries, sessions } = parse(text);
  const kept = entries.slice(-keptEntries);
  const first = kept[0]?.session ?? Math.max(0, ...sessions.values()) + 1;
  const ids = new Map([...sessions].map(([id, number]) => [number, id]));
  const rows: Row[] = [{ earlier: first - 1 }];
  for (const [number, id] of [...ids].sort(([a], [b]) => a - b)) if (number >= first) rows.push({ start: id });
  for (const { session, line, source, output } of kept) {
    rows.push({ s: ids.get(session)!, n: line, code: source });
    if (output !== undefined) rows.push({ s: ids.get(session)!, n: line, out: output });
  }
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
