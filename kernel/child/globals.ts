/** Every global name of a cell beside the library, for the compiler's eyes: nothing loads this file. */
export * from './notebook-api.js';
export * from './rich-api.js';
