import { Module } from 'node:module';
import { basename, dirname } from 'node:path';
import { isInPackage } from './local-file.js';
import { sendShown } from './pipe.js';
import * as tslab from './tslab.js';
import { Object } from '../common/intrinsics.js';

/** Modules that cells and local files have without installing them. */
const builtIn: Record<string, Readonly<Record<string, unknown>>> = { tslab };

/** Adds one that is loaded later. */
export function provideModule(name: string, module: Readonly<Record<string, unknown>>): void {
  builtIn[name] = module;
}

export function builtInModule(specifier: string): Readonly<Record<string, unknown>> | undefined {
  return Object.hasOwn(builtIn, specifier) ? builtIn[specifier] : undefined;
}

type Load = (request: string, parent: NodeModule | undefined, ...rest: unknown[]) => unknown;

/**
 * Gives `require`, of cells and of local files, the built-in modules; and a copy of tslab that packages load its way to
 * the notebook.
 */
export function installBuiltInModules(): void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (request, parent, ...rest) {
    const own = builtInModule(request);
    if (own && (parent?.filename === undefined || !isInPackage(parent.filename))) return own;
    const loaded = load.call(this, request, parent, ...rest);
    if (isJupyterOfTslab(request, parent?.filename)) connectTslab(loaded as TslabOutput);
    return loaded;
  };
}

/** The module of the package tslab that knows where displays go. */
interface TslabOutput {
  lastWriteDisplayData?: ((content: TslabContent, update: boolean | undefined) => void) | null;
}

interface TslabContent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

function isJupyterOfTslab(request: string, parent: string | undefined): boolean {
  return (
    /(^|[\\/])jupyter(\.js)?$/.test(request) && parent !== undefined && basename(dirname(dirname(parent))) === 'tslab'
  );
}

/** Its displays say "Not ready" as long as nothing has set this. */
function connectTslab(output: TslabOutput): void {
  output.lastWriteDisplayData ??= ({ data, metadata, transient }, update) =>
    sendShown(update === true ? 'update_display_data' : 'display_data', { data, metadata, transient });
}
