/** Where a JSON text says something else than it should. */

/** A value by its path, such as `network.layers.0.inputs`. */
export interface Differing {
  readonly path: string;
  /** Undefined where it is not there. */
  readonly found: unknown;
  readonly expected: unknown;
}

/** The innermost values in which two JSON values differ; keys whose value is undefined count as missing. */
export function differing(found: unknown, expected: unknown, path = ''): Differing[] {
  if (!isNode(found) || !isNode(expected) || Array.isArray(found) !== Array.isArray(expected))
    return Object.is(found, expected) || found === expected ? [] : [{ path, found, expected }];
  const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  return names.flatMap((name) => differing(own(found, name), own(expected, name), path ? `${path}.${name}` : name));
}

/** The first difference in each of the outermost values. */
export function firstOfEach(differences: readonly Differing[]): Differing[] {
  const parts = differences.map(({ path }) => path.split('.')[0]);
  return differences.filter((_, k) => parts.indexOf(parts[k]) === k);
}

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const own = (node: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(node, name) ? node[name] : undefined;

/** As a file has it. */
export const plain = (value: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

/** A value in a comparison, whole: what was cut could look the same, as could a text of a number and the number. */
export const whole = (value: unknown): string => JSON.stringify(value) ?? 'none';

/** A value in a text. */
export function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** `a, b and 3 more`. */
export function named(names: readonly string[]): string {
  const rest = names.length - 5;
  return rest > 1 ? `${names.slice(0, 5).join(', ')} and ${rest} more` : names.join(', ');
}
