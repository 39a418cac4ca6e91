/**
 * Kept from before the first cell, here and not imported: V8 counts reading another module's variable as a side effect,
 * and `members` runs where none is allowed.
 */
const { Array, ArrayBuffer, Object, String } = globalThis;

/** Members that are proposed at most. */
const most = 1000;

/**
 * The names that can stand after a value's dot, nearest first, each with its kind: for completion of what the types do
 * not know. It must have no side effects that V8 can see: it runs while a cell computes.
 */
export function members(value: unknown): [name: string, kind: string][] {
  const found: [string, string][] = [];
  const seen: Record<string, true> = Object.create(null) as Record<string, true>;
  for (
    let object: unknown = value === undefined || value === null ? null : Object(value);
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    // The indices of a million weights are no names.
    if (Array.isArray(object) || ArrayBuffer.isView(object) || object instanceof String) continue;
    const names = Object.getOwnPropertyNames(object);
    for (let n = 0; n < names.length && found.length < most; n++) {
      const name = names[n];
      if (seen[name] || name === 'constructor' || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) continue;
      seen[name] = true;
      found.push([
        name,
        typeof Object.getOwnPropertyDescriptor(object, name)?.value === 'function' ? 'function' : 'property',
      ]);
    }
  }
  return found;
}
