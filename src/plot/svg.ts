/**
 * SVG to pixels with resvg compiled to WASM and a bundled font: the same picture on every machine, with or without
 * fonts of its own, and nothing native to install. Renderer and font are loaded by the first picture, not by `import
 * 'spikelab'`.
 */
import type { Pixels } from './png.js';
import { colors, fontFamily } from './style.js';

/** Renders an SVG; `scale` is device pixels for each of its units. */
export async function renderSvg(svg: string, scale: number): Promise<Pixels> {
  const { Resvg, fonts } = await loadRenderer();
  const renderer = new Resvg(svg, {
    font: { fontBuffers: fonts, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
    fitTo: { mode: 'zoom', value: scale },
    background: colors.background,
  });
  try {
    const image = renderer.render();
    try {
      return { width: image.width, height: image.height, rgba: image.pixels };
    } finally {
      image.free();
    }
  } finally {
    renderer.free();
  }
}

let loading: ReturnType<typeof load> | undefined;

function loadRenderer(): ReturnType<typeof load> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined; // the next picture tries again
    throw error;
  });
  return loading;
}

let fontFiles: Promise<Uint8Array[]> | undefined;

/** The bundled font, regular and semi-bold: what texts are measured by. */
export function loadFonts(): Promise<Uint8Array[]> {
  fontFiles ??= import('#plot-platform').then((platform) => platform.readFonts());
  return fontFiles;
}

async function load() {
  const [{ Resvg, initWasm }, platform] = await Promise.all([import('@resvg/resvg-wasm'), import('#plot-platform')]);
  const [wasm, fonts] = await Promise.all([platform.loadRendererWasm(), loadFonts()]);
  try {
    await initWasm(wasm);
  } catch (error) {
    if (!/already initialized/i.test(String(error))) throw error; // the notebook's own code may have done it
  }
  return { Resvg, fonts };
}
