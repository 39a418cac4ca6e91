/**
 * Options that do not exist are refused: a mistyped one would otherwise train on its default, and nobody would notice.
 */
import { guess } from './nearest.js';
import { describe } from './require.js';

/**
 * Returns `options` when each of its keys is one of `known`; keys whose value is undefined count too.
 * @param name of the function, for instance `adam()`
 * @param advice ends the message
 * @throws RangeError naming the key and the nearest known ones; TypeError for what is no object of options
 */
export function requireKnown<T extends object>(name: string, options: T, known: readonly string[], advice = ''): T {
  // A Map has no keys of its own: its entries would be dropped.
  if (Object.prototype.toString.call(options) !== '[object Object]')
    throw new TypeError(
      `${name} takes an object of options, such as { ${known[0] ?? 'name'}: … }, not ${describe(options)}`,
    );
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new RangeError(
      `${name} has no option ${JSON.stringify(key)}: ${guess(key, known)}It knows ${known.join(', ')}${advice}`,
    );
  }
  return options;
}

/** Returns `options` when there are none. @throws as `requireKnown` */
export function requireNone<T extends object>(name: string, options: T): T {
  const [key] = Object.keys(requireKnown(name, options, Object.keys(options ?? {})));
  if (key !== undefined) throw new RangeError(`${name} has no option ${JSON.stringify(key)}: it takes none`);
  return options;
}

/** The given fields that are there. */
export function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])) as Pick<
    T,
    K
  >;
}
