import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Debugger } from 'node:inspector';
import { cellFileName } from '../common/runtime-names.js';
import { cellPath } from './cell-path.js';
import { Source } from './source.js';

/** Sources that are remembered; the oldest go first. */
const remembered = 1000;

/** A cell as it runs. */
export interface RunCell {
  /** The script is `In[label].ts`. */
  readonly label: string;
  readonly code: string;
  readonly js: string;
  /** Source map of `js`, as JSON. */
  readonly map: string;
}

/** Folders of what the user did not write. */
const foreign = /^node:|\/node_modules\/|\/__spikelab/;

/** The scripts that a user can debug: cells, and files of the notebook's project. Everything else is stepped over. */
export class Sources {
  private readonly byUrl = new Map<string, Source>();
  private readonly byPath = new Map<string, Source[]>();
  /** Cells that were shown to the debugger but have not run. */
  private readonly drafts = new Map<string, Source>();
  private readonly scripts = new Map<string, Source>();

  /** `own`: the folder of Spikelab itself, as a URL. */
  constructor(private readonly own: string) {}

  /** Notes a cell that is about to run. */
  addCell({ label, code, js, map }: RunCell): Source {
    return this.add(
      new Source({ path: cellPath(code), name: `In[${label}]`, url: cellFileName(label), code, js, map }),
    );
  }

  /** Notes a cell that a client asked about. */
  addDraft(code: string, { js, map }: { readonly js: string; readonly map: string }): Source {
    const source = new Source({ path: cellPath(code), name: 'cell', url: '', code, js, map });
    this.drafts.set(source.path, source);
    forgetOldest(this.drafts);
    return source;
  }

  /** Notes a script that V8 has parsed; returns its source when it is a file of the user's that was not known. */
  addScript({ scriptId, url, sourceMapURL }: Debugger.ScriptParsedEventDataType): Source | undefined {
    const known = this.byUrl.get(url);
    const source = known ?? this.file(url, sourceMapURL);
    if (source) this.scripts.set(scriptId, source);
    return known ? undefined : source;
  }

  ofScript(scriptId: string): Source | undefined {
    return this.scripts.get(scriptId);
  }

  /** The scripts of a path: one for each time that a cell ran. */
  of(path: string): readonly Source[] {
    return this.byPath.get(path) ?? [];
  }

  draft(path: string): Source | undefined {
    return this.drafts.get(path);
  }

  /** The text behind a path. */
  code(path: string): string | undefined {
    return (this.of(path).at(-1) ?? this.draft(path))?.code;
  }

  /** Files of the user's that are loaded. */
  files(): Source[] {
    return [...this.byUrl.values()].filter(({ url }) => url.startsWith('file:'));
  }

  /** The scripts belonged to a process that is gone. */
  forgetScripts(): void {
    this.scripts.clear();
  }

  private file(url: string, sourceMapURL: string | undefined): Source | undefined {
    if (!url.startsWith('file:') || foreign.test(url) || url.startsWith(this.own)) return undefined;
    try {
      const path = fileURLToPath(url);
      return this.add(
        new Source({
          path,
          name: path.split(/[\\/]/).at(-1)!,
          url,
          code: readFileSync(path, 'utf8'),
          ...inlineMap(sourceMapURL),
        }),
      );
    } catch {
      return undefined; // gone, or a folder
    }
  }

  private add(source: Source): Source {
    this.byUrl.set(source.url, source);
    this.byPath.set(source.path, [...this.of(source.path).filter(({ url }) => url !== source.url), source]);
    for (const { path, url } of forgetOldest(this.byUrl)) {
      const left = this.of(path).filter((other) => other.url !== url);
      if (left.length > 0) this.byPath.set(path, left);
      else this.byPath.delete(path);
    }
    return source;
  }
}

function forgetOldest(map: Map<string, Source>): Source[] {
  const forgotten: Source[] = [];
  for (const [key, source] of map) {
    if (map.size <= remembered) break;
    map.delete(key);
    forgotten.push(source);
  }
  return forgotten;
}

/** A source map that stands in its URL, as the TypeScript loader writes it. */
function inlineMap(url: string | undefined): { map?: string } {
  const data = /^data:application\/json;(?:charset=[\w-]+;)?base64,(.*)$/.exec(url ?? '');
  return data ? { map: Buffer.from(data[1], 'base64').toString('utf8') } : {};
}
