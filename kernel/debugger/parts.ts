import { userName } from '../common/runtime-names.js';

/** What is read of a value's parts at once, so that neither a long text nor a million weights are sent. */
export const longestText = 1000;

/**
 * Runs inside the execution child, as text: the parts `start` to `end` of `this` as the properties of a fresh object.
 * Texts are cut; getters are not called, because they are user code.
 */
export const partsFunction = `function (start, end, longest) {
  const parts = Object.create(null);
  const cut = (value) => (typeof value === 'string' && value.length > longest ? value.slice(0, longest) + '…' : value);
  const entry = (key, value) => ({ key: cut(key), value: cut(value) });
  if (Array.isArray(this) || (ArrayBuffer.isView(this) && !(this instanceof DataView))) {
    for (let i = start; i < end && i < this.length; i++) if (i in this) parts[i] = cut(this[i]);
  } else if (this instanceof Map || this instanceof Set) {
    let i = 0;
    for (const item of this) {
      if (i >= end) break;
      if (i >= start) parts[i] = this instanceof Map ? entry(item[0], item[1]) : cut(item);
      i++;
    }
  } else {
    const names = Reflect.ownKeys(this);
    for (let i = start; i < end && i < names.length; i++) {
      const shown = { enumerable: true, configurable: true, value: undefined };
      try {
        const property = Reflect.getOwnPropertyDescriptor(this, names[i]);
        if (property.get) {
          delete shown.value;
          shown.get = property.get;
        } else shown.value = cut(this[names[i]]);
      } catch {} // a variable of a scope that has no value yet: from Node 22 on V8 throws
      Object.defineProperty(parts, names[i], shown);
    }
  }
  return parts;
}`;

/** The expression for an object with the values of some global names; one that has no value yet counts as undefined. */
export function namesExpression(names: readonly string[]): string {
  const parts = names.map((name) => `try { value(${JSON.stringify(userName(name))}, ${name}) } catch {}`);
  return `(() => { const parts = Object.create(null); const value = (name, it) => { parts[name] = typeof it === 'string' && it.length > ${longestText} ? it.slice(0, ${longestText}) + '…' : it }; ${parts.join('; ')}; return parts })()`;
}
