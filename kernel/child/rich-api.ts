/**
 * Displays and widgets as global names of every cell. Loaded by the first cell that may use one, see `rich-globals.ts`.
 */
export { display, type DisplayHandle, type DisplayOptions } from './display/display.js';
export { image, type ImageOptions } from './display/image.js';
export { json } from './display/json.js';
export { html, latex, md, svg, type Markup, type MarkupTag } from './display/markup.js';
export type { MimeValue } from './display/mime-value.js';
export { vegaLite, type VegaLiteSource } from './display/vega-lite.js';
export * from './widgets/index.js';
