/**
 * The plots on a web page. The SVG renderer's WASM and the two files of the font are fetched from beside this file, or
 * from beside the bundle it is in, when the first PNG is drawn; progress goes to the console, a line at a time.
 */
import { zlibSync } from 'fflate';

/** The SVG renderer, compiled. */
export async function loadRendererWasm(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await fetchBytes(new URL('./index_bg.wasm', import.meta.url), '@resvg/resvg-wasm'));
}

/** Packed by zlib, for a PNG. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return zlibSync(bytes, { level: 6 });
}

/** Source Sans 3, regular and semi-bold (Latin, Greek, Cyrillic; SIL Open Font License). */
export async function readFonts(): Promise<Uint8Array[]> {
  const font = '@expo-google-fonts/source-sans-3';
  return Promise.all([
    fetchBytes(new URL('./SourceSans3_400Regular.ttf', import.meta.url), font),
    fetchBytes(new URL('./SourceSans3_600SemiBold.ttf', import.meta.url), font),
  ]);
}

async function fetchBytes(url: URL, from: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`no file at ${url.href} (HTTP ${response.status}): copy it from the package ${from} to there`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A page has no environment variables. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** A console's lines cannot be overwritten. */
export function isTerminal(): boolean {
  return false;
}

/** Writes whole lines to the console. */
export function writeOut(text: string): void {
  if (text.trim() !== '') console.log(text.trimEnd());
}
