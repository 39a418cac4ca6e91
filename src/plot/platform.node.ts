/**
 * The plots' ties to Node: the SVG renderer's WASM and the font from their npm packages, the terminal, the environment.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const font = '@expo-google-fonts/source-sans-3';

export async function readRendererWasm(): Promise<Uint8Array> {
  return readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm'));
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
