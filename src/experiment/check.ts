/**
 * Checks a value against the schema of experiments: each error names the setting, its value, the limit and so the fix.
 */
import { guess } from '../network/nearest.js';
import { describe, requireInteger, requireNumber } from '../network/require.js';
import type { Schema } from './schema-parts.js';
import { joined, unknownSetting } from './unknown.js';

/** @throws RangeError for the first setting that does not fit, by its path, for instance `rule.optimizer.rate` */
export function checkSchema(schema: Schema, value: unknown, path = ''): void {
  const name = path === '' ? 'the experiment' : path;
  if (schema.oneOf) return checkSchema(alternativeOf(schema, value, name), value, path);
  switch (schema.type) {
    case 'number':
      return void requireNumber(name, value, schema.minimum ?? -Infinity, schema.maximum ?? Infinity);
    case 'integer':
      return void requireInteger(name, value, schema.minimum ?? -Infinity, schema.maximum ?? Infinity);
    case 'boolean':
      if (typeof value !== 'boolean') throw new RangeError(`${name} is ${shown(value)}: it must be true or false`);
      return;
    case 'string':
      if (typeof value !== 'string' || value.length < (schema.minLength ?? 0))
        throw new RangeError(`${name} is ${shown(value)}: it must be a text`);
      if (schema.enum && !schema.enum.includes(value)) {
        const near = guess(value, schema.enum);
        throw new RangeError(`${name} is ${shown(value)}: ${near}choose one of '${schema.enum.join("', '")}'`);
      }
      return;
    case 'array':
      return checkList(schema, value, name, path);
    case 'object':
      return checkObject(schema, value, name, path);
    default: // a constant: `alternativeOf` has chosen by it
      if (value !== schema.const) throw new RangeError(`${name} is ${shown(value)}: write '${schema.const}'`);
  }
}

function checkList(schema: Schema, value: unknown, name: string, path: string): void {
  const { items = {}, minItems = 0, maxItems = 100_000 } = schema;
  if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) {
    const many = minItems === maxItems ? `${minItems}` : `${minItems} to ${maxItems}`;
    const some = minItems > 0 ? `a list of ${minItems} or more values` : 'a list';
    const what = maxItems === 100_000 ? some : `a list of ${many} values`;
    throw new RangeError(`${name} is ${shown(value)}: it must be ${what}, such as [${sample(items)}]`);
  }
  value.forEach((item, n) => checkSchema(items, item, `${path}.${n}`));
}

function checkObject(schema: Schema, value: unknown, name: string, path: string): void {
  const { properties = {}, required = [] } = schema;
  if (!isObject(value))
    throw new RangeError(
      `${name} is ${shown(value)}: it must be an object with some of ${Object.keys(properties).join(', ')}`,
    );
  for (const [key, inside] of Object.entries(value)) {
    if (!Object.hasOwn(properties, key)) throw unknownSetting(joined(path, key), path, schema);
    if (inside !== undefined) checkSchema(properties[key], inside, joined(path, key));
  }
  const missing = required.find((key) => value[key] === undefined);
  if (missing !== undefined)
    throw new RangeError(`${joined(path, missing)} is missing: ${properties[missing].description ?? 'it is needed'}`);
}

/**
 * The alternative that a value is meant to be: told by its kind, of objects by their constant. @throws RangeError when
 * it is none
 */
export function alternativeOf({ oneOf = [], description = '' }: Schema, value: unknown, name: string): Schema {
  if (!isObject(value)) {
    const kinds = oneOf.filter((one) => one.type !== 'object' && isOfKind(one, value));
    const fitting = kinds.find((one) => !one.enum || one.enum.includes(value as string)) ?? kinds[0];
    if (fitting) return fitting;
    throw new RangeError(`${name} is ${shown(value)}: ${description} Write ${oneOf.map(sample).join(' or ')}`);
  }
  const objects = oneOf.filter(({ type }) => type === 'object');
  if (objects.length === 0)
    throw new RangeError(`${name} is ${shown(value)}: ${description} Write ${oneOf.map(sample).join(' or ')}`);
  const key = tagOf(objects);
  if (key === undefined || objects.length === 1) return objects[0];
  const found = objects.find(({ properties = {}, required = [] }) =>
    value[key] === undefined ? !required.includes(key) : properties[key]?.const === value[key],
  );
  if (found) return found;
  const known = objects.flatMap(({ properties = {} }) => properties[key]?.const ?? []);
  const near = guess(String(value[key]), known);
  throw new RangeError(`${joined(name, key)} is ${shown(value[key])}: ${near}It is one of ${known.join(', ')}`);
}

/** The property by which objects are told apart. */
export const tagOf = (objects: readonly Schema[]): string | undefined =>
  objects.flatMap(({ properties = {} }) =>
    Object.keys(properties).filter((key) => properties[key].const !== undefined),
  )[0];

function isOfKind({ type }: Schema, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value);
  return typeof value === (type === 'integer' ? 'number' : type);
}

/** An object as JSON has them: a Map or a Date would look empty. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === '[object Object]';

/** A value in an error, however large it is. */
export function shown(value: unknown): string {
  const json = Array.isArray(value) || isObject(value) || (typeof value !== 'object' && typeof value !== 'number');
  if (!json || typeof value === 'function') return describe(value);
  const text =
    typeof value === 'bigint' ? `${value}n` : ((JSON.stringify(value) as string | undefined) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** What a value of the schema could be, for an error. */
function sample(schema: Schema): string {
  if (schema.oneOf) return sample(schema.oneOf[0]);
  if (schema.enum) return schema.enum.map((one) => `"${one}"`).join(' or ');
  if (schema.type === 'array') return `[${sample(schema.items ?? {})}]`;
  if (schema.type === 'object') return `{ ${Object.keys(schema.properties ?? {})[0]}: … }`;
  if (schema.type === 'string') return '"text"';
  return schema.minimum !== undefined && schema.minimum > 1 ? String(schema.minimum) : '1';
}
