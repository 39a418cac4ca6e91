/** Names that emitted cell code and the execution child share. */

/** The object with the helpers that emitted code calls; a hidden property of the global object. */
export const runtimeName = '__spikelab';

/** What the name of a cell's variable begins with in V8 when it would hide one of Node's; see `host-names.ts`. */
export const ownPrefix = '$cell_';

/**
 * How emitted code writes a name of the kernel's: with its first character escaped, which is the same name to V8. No
 * text of a user's has it so by chance; `function-source.ts` knows by it what is not the user's.
 */
export function spelled(name: string): string {
  return `\\u{${name.charCodeAt(0).toString(16)}}${name.slice(1)}`;
}

/**
 * How the names begin that TypeScript makes up for values of its own in a cell: each cell has others, nobody has them.
 */
export const madePrefix = (label: string): string => `${runtimeName}$${label.replace(/\W/g, '_')}$`;

/** The name that the user gave to a variable. */
export const userName = (name: string): string => (name.startsWith(ownPrefix) ? name.slice(ownPrefix.length) : name);

/**
 * The global constants that stop loops and function calls of a cell: `false` until an interrupt, so that V8 folds the
 * test away. Each interrupt begins a new generation with fresh names, because a global that was ever written is folded
 * no more.
 */
export const loopGuard = (generation: number): string => `__spikelabLoop${generation}`;
export const callGuard = (generation: number): string => `__spikelabCall${generation}`;

/** The file name of a cell in stack traces. */
export const cellFileName = (label: string): string => `In[${label}].ts`;
export const cellFilePattern = /In\[[^\]\s]+\]\.ts/;

/** What emitted code calls under the runtime's hidden name. */
export type Helpers =
  'value' | 'awaitable' | 'iterable' | 'alive' | 'floating' | 'stop' | 'import' | 'pick' | 'live' | 'meta';

/** In stacks: the kernel's own files that the process of the cells loads. */
export const kernelFile = /\/kernel\/(?:child|common)\//;
