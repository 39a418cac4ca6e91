/** What is said of a setting that does not exist: by its own name and the names beside it, not by the whole path. */
import { nearest, proposal, synonymsOf } from '../network/nearest.js';
import type { Schema } from './schema-parts.js';

export const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** @param parent where it would stand @param all other paths that there are */
export function unknownSetting(
  path: string,
  parent: string,
  { properties = {} }: Schema,
  all: readonly string[] = [],
): RangeError {
  const known = Object.keys(properties).filter((key) => key !== '$schema');
  const where = parent === '' ? 'An experiment' : parent;
  const near = proposed(path, parent, known, all).slice(0, 3);
  return new RangeError(
    `there is no setting ${JSON.stringify(path)}: ${proposal(near)}${where} has ${known.join(', ')}`,
  );
}

function proposed(path: string, parent: string, known: readonly string[], all: readonly string[]): string[] {
  const [key, ...below] = path.slice(parent === '' ? 0 : parent.length + 1).split('.');
  const beside = nearest(key, known);
  // What follows a mistyped name may be right, or mistyped itself.
  const here = beside.map((one) => joined(parent, one));
  if (below.length === 0 && here.length > 0) return here;
  const onward = here.flatMap((one) => {
    const inside = all.filter((path) => path.startsWith(`${one}.`)).map((path) => path.slice(one.length + 1));
    return nearest(below.join('.'), inside).map((rest) => `${one}.${rest}`);
  });
  if (onward.length > 0 || here.length > 0) return onward.length > 0 ? onward : here;
  const last = path.slice(path.lastIndexOf('.') + 1);
  const words = [last, ...synonymsOf(last)];
  return all.filter((one) => words.some((word) => one.endsWith(`.${word}`)));
}
