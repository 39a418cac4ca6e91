/** Cutting text so that no character is cut in two. */
import { String, uncurryThis } from './intrinsics.js';

const charCodeAt = uncurryThis(String.prototype.charCodeAt);
const slice: (text: string, from: number, to?: number) => string = uncurryThis(String.prototype.slice);

/** The first half of a character that UTF-16 writes as two. */
const isFirstHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/** Where to cut a text at or before `end`, so that no character is cut in two. */
export function cutAt(text: string, end: number): number {
  return end > 0 && end < text.length && isFirstHalf(charCodeAt(text, end - 1)) ? end - 1 : end;
}

/** The first `length` UTF-16 units of a text, or one less, so that no character is cut in two. */
export function firstOf(text: string, length: number): string {
  return slice(text, 0, cutAt(text, length));
}
