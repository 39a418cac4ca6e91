import { fileURLToPath } from 'node:url';
import { encodeData } from './display/bytes.js';
import { gradersNames } from '../common/grading.js';
import { takeFromLibrary } from './checks.js';
import { lockLibrary } from './lock.js';
import { provideModule } from './built-in-modules.js';
import * as notebookApi from './notebook-api.js';
import { sendMessage, sendShown } from './pipe.js';
import { settleWith } from './settled.js';
import { Array, Object, Promise, URL } from '../common/intrinsics.js';

interface DisplayBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Sends a display bundle to the notebook; the host that the library's `show` calls. */
const displayHost = {
  display(bundle: DisplayBundle, options: { displayId?: string; update?: boolean } = {}): void {
    const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
    sendShown(options.update === true ? 'update_display_data' : 'display_data', {
      data: encodeData(bundle.data),
      metadata: bundle.metadata ?? {},
      transient,
    });
  },
  /** Each comm of the front end is one question. */
  answer(target: string, answer: (question: Readonly<Record<string, unknown>>) => Promise<object>): void {
    notebookApi.comms.register(target, async (comm, { data }) => {
      comm.send({ ...(await answer(data)) });
      comm.close();
    });
  },
};

/**
 * Loads the library before the first cell: `snn` is all of it, and the names in its `notebookGlobals` are globals.
 * Without a built library the kernel still runs cells; it says on stderr what is missing.
 */
export async function preloadLibrary(grading: boolean): Promise<void> {
  defineGlobals(notebookApi, grading);
  const index = new URL('../../src/index.js', import.meta.url);
  try {
    const [library, display, show] = await Promise.all([
      import(index.href) as Promise<Record<string, unknown>>,
      import(new URL('../../src/plot/display.js', import.meta.url).href) as Promise<{
        setDisplayHost(host: typeof displayHost): void;
      }>,
      import(new URL('../../src/plot/show.js', import.meta.url).href) as Promise<{ displaysSettled(): Promise<void> }>,
    ]);
    settleWith(show.displaysSettled);
    display.setDisplayHost(displayHost);
    const names = Array.isArray(library['notebookGlobals']) ? (library['notebookGlobals'] as string[]) : [];
    provideModule('spikelab', library);
    const globals: Record<string, unknown> = { snn: library };
    for (const name of names) if (name in library) globals[name] = library[name];
    takeFromLibrary(library);
    defineGlobals(globals, grading);
    if (grading) await lockClasses(library);
    sendMessage(
      { op: 'library', file: fileURLToPath(index), globals: Object.keys(globals).filter((name) => name !== 'snn') },
      0,
    );
  } catch (error) {
    sendMessage({ op: 'library', globals: [] }, 0);
    process.stderr.write(
      `The Spikelab library could not be loaded, so \`snn\` is missing: ${(error as Error).message}\nBuild it with: npm run build\n`,
    );
  }
}

/** Locks the library, and what it makes of classes that it does not export. */
async function lockClasses(library: Readonly<Record<string, unknown>>): Promise<void> {
  const engine = (await import(new URL('../../src/engine/engine.js', import.meta.url).href)) as Record<string, unknown>;
  const digits = (library as { strokeDigits(options: object): object }).strokeDigits({ part: 'test', count: 1 });
  lockLibrary(library, digits);
  lockLibrary(engine);
}

/** While a grader runs the notebook, what is the grader's own can neither be replaced nor removed. */
function defineGlobals(values: Readonly<Record<string, unknown>>, grading: boolean): void {
  for (const [name, value] of Object.entries(values)) {
    const free = !grading || !gradersNames.has(name);
    Object.defineProperty(globalThis, name, { value, configurable: free, writable: free, enumerable: false });
  }
}
