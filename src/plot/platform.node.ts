/**
 * The plots' ties to Node: the SVG renderer's WASM and the font from their npm packages, the terminal, the environment.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { deflateSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const font = '@expo-google-fonts/source-sans-3';

/** The SVG renderer, compiled. */
export async function loadRendererWasm(): Promise<WebAssembly.Module> {
  return compileForFewCalls(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
}

/** V8's own bound of what a WASM function may compute before it is compiled anew, optimised; by Node's version. */
const tieringBudgets: Readonly<Record<string, number>> = { 20: 1_800_000, 22: 13_000_000, 24: 13_000_000 };

/**
 * A notebook draws a few pictures: to optimise the renderer's functions costs four times what drawing them takes (0.9
 * instead of 0.2 CPU seconds for the first, on Node 20). A module keeps the bound that held when it was compiled;
 * nothing else is compiled meanwhile on this thread, and a bound of the user's own stays.
 */
function compileForFewCalls(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const budget = tieringBudgets[process.versions.node.split('.')[0]];
  const theirs = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((flag) => /wasm|liftoff/.test(flag));
  if (budget === undefined || theirs || 'bun' in process.versions || 'deno' in process.versions)
    return new WebAssembly.Module(bytes);
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${budget}`);
  }
}

/** Packed by zlib, for a PNG: five times as fast as in JavaScript. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: 8 }); // 9 takes more than twice as long for 2 % less
}

/** Source Sans 3, regular and semi-bold (Latin, Greek, Cyrillic; SIL Open Font License). */
export async function readFonts(): Promise<Uint8Array[]> {
  return Promise.all(
    [`${font}/400Regular/SourceSans3_400Regular.ttf`, `${font}/600SemiBold/SourceSans3_600SemiBold.ttf`].map((file) =>
      readFile(require.resolve(file)),
    ),
  );
}

/** An environment variable. */
export function environment(name: string): string | undefined {
  return process.env[name];
}

/** Whether someone watches a terminal, where a line can be overwritten. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}

/** Writes to standard output as it is, without a line's end. */
export function writeOut(text: string): void {
  process.stdout.write(text);
}
