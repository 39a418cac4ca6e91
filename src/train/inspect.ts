/** One line for an object in a console or under a cell, in place of its fields. */
const inspectSymbol = Symbol.for('nodejs.util.inspect.custom');

/** Gives `object` a hidden method that the console calls; its fields stay as they are. */
export function withSummary<T extends object>(object: T, summary: () => string): T {
  Object.defineProperty(object, inspectSymbol, { value: summary, enumerable: false });
  return object;
}
