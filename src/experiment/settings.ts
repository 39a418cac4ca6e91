/** Single settings of an experiment by their path: `rule.optimizer.rate`, `network.hidden.0.threshold`, `data.size`. */
import { requireList, requireObject, requireText } from '../network/require.js';
import { alternativeOf, checkSchema, isObject, tagOf } from './check.js';
import type { Experiment } from './experiment.js';
import { checkRates } from './rates.js';
import { experimentSchema } from './schema.js';
import { requireJson } from './json-value.js';
import type { Schema } from './schema-parts.js';
import { joined, unknownSetting } from './unknown.js';

/** A path and the value that it gets; null takes the setting out. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

type Node = Record<string, unknown> | unknown[];

/**
 * A copy of the experiment with the settings changed, in their order; everything checked.
 * @throws RangeError for a path that does not exist (with those that do), or a value that does not fit
 * @example withSettings(experiment, [{ path: 'rule.optimizer.rate', value: 0.002 }, { path: 'network.hidden', value:
 * [400, 400] }])
 */
export function withSettings(experiment: Experiment, settings: readonly Setting[]): Experiment {
  requireList('withSettings()', settings, "an experiment and a list of settings such as { path: 'epochs', value: 3 }");
  requireObject('withSettings()', experiment, 'an experiment');
  const copy = structuredClone(experiment) as unknown as Record<string, unknown>;
  for (const setting of settings) {
    const { path, value } = requireObject('withSettings()', setting, "settings such as { path: 'epochs', value: 3 }");
    requireText('the path of a setting', path, 'a text such as rule.optimizer.rate');
    requireJson(path, value);
    place(copy, path, value);
  }
  const changed = checkExperiment(copy);
  requireNoRates(experiment, changed, settings);
  return changed;
}

/** Rates that a record has for all epochs go before the schedule: a change of that would do nothing. */
function requireNoRates(before: Experiment, { rule, epochs = 1 }: Experiment, settings: readonly Setting[]): void {
  const rates = rule?.optimizer?.rates;
  if (!before.rule?.optimizer?.rates || !rates || rates.length < epochs) return;
  const paths = settings.map(({ path }) => path);
  if (paths.includes('rule.optimizer.rates') || paths.includes('rule.optimizer') || paths.includes('rule')) return;
  const lost = paths.find((path) => /^rule\.optimizer\.(rate|schedule|epochs|floor)$/.test(path));
  if (lost !== undefined)
    throw new RangeError(
      `${lost} would change nothing: rule.optimizer.rates, of a run that was resumed with another rate, has the rates of ${epochs === 1 ? 'the only epoch' : `all ${epochs} epochs`}; set rule.optimizer.rates=null too, or more epochs than ${rates.length}`,
    );
}

/** Whatever was read or given, as an experiment. @throws RangeError naming the setting that does not fit */
export function checkExperiment(value: unknown): Experiment {
  checkSchema(experimentSchema, value);
  const experiment = value as Experiment;
  checkRates(experiment);
  return experiment;
}

function place(root: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  let node: Node = root;
  let schema: Schema = experimentSchema;
  let kinds: Schema | undefined;
  let at = '';
  for (const [depth, key] of keys.entries()) {
    const last = depth === keys.length - 1;
    const turned = last && kinds && value !== null ? kindOf(kinds, schema, key, value) : undefined;
    // Nothing of a set by name belongs to a file.
    if (turned) for (const old of Object.keys(node)) delete (node as Record<string, unknown>)[old];
    const inside = turned ?? stepInto(schema, node, key, at, path, kinds);
    const index = Array.isArray(node) ? Number(key) : key;
    const slot = node as Record<string | number, unknown>;
    if (last && value === null && !Array.isArray(node)) delete slot[index];
    else if (last) {
      slot[index] = structuredClone(value);
      if (kinds && inside.const !== undefined) keepKnown(kinds, node as Record<string, unknown>, at);
    } else {
      const child = slot[index];
      // A layer that is only a number of neurons becomes one with settings; what is not there yet begins empty.
      if (typeof child === 'number' && inside.oneOf) slot[index] = { units: child };
      else if (typeof child !== 'object' || child === null) slot[index] = emptyOf(inside, joined(at, key), path);
      node = slot[index] as Node;
      const name = joined(at, key);
      kinds = inside.oneOf && inside;
      schema = inside.oneOf ? alternativeOf(inside, node, name) : inside;
      at = name;
    }
  }
}

/** What a path goes through before it was set. @throws RangeError for an entry of a list that is not there */
function emptyOf({ type }: Schema, name: string, path: string): Record<string, unknown> {
  if (type !== 'array') return {};
  throw new RangeError(
    `there is no setting ${JSON.stringify(path)}: ${name} is not set here and has no entries; set the whole list, such as network.hidden=[100]`,
  );
}

/** The tag by which another kind is known that this one has no tag of: `data.from` where a set has its name. */
function kindOf(kinds: Schema, own: Schema, key: string, value: unknown): Schema | undefined {
  if (own.properties && Object.hasOwn(own.properties, key)) return undefined;
  const tags = (kinds.oneOf ?? []).flatMap(({ properties = {} }) => properties[key] ?? []);
  if (!tags.some((tag) => tag.const !== undefined)) return undefined;
  return tags.find((tag) => tag.const === value) ?? { enum: tags.flatMap((tag) => tag.const ?? []) };
}

/** What has become another kind (adam, sgd) loses the settings of the kind it was. */
function keepKnown(kinds: Schema, node: Record<string, unknown>, at: string): void {
  const { properties = {} } = alternativeOf(kinds, node, at);
  for (const key of Object.keys(node)) if (!Object.hasOwn(properties, key)) delete node[key];
}

/** The schema of one part of a path. */
function stepInto(schema: Schema, node: Node, key: string, at: string, path: string, kinds?: Schema): Schema {
  if (Array.isArray(node)) {
    if (!/^\d{1,6}$/.test(key) || Number(key) >= node.length)
      throw new RangeError(
        `there is no setting ${JSON.stringify(path)}: ${at} has ${node.length} entries, numbered from 0`,
      );
    return schema.items ?? {};
  }
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  if (settingPaths().includes(path.replace(/\.\d+(?=\.|$)/g, '.0')))
    throw ofAnotherKind(path, at, key, node, schema, kinds);
  if (schema.properties) throw unknownSetting(path, at, schema, settingPaths());
  throw new RangeError(`there is no setting ${JSON.stringify(path)}: ${at} is a single value`);
}

/** What is said of a setting that another kind has: which kinds do, which one it is here, and what that has. */
function ofAnotherKind(path: string, at: string, key: string, node: Node, own: Schema, kinds: Schema = {}): RangeError {
  const objects = (kinds.oneOf ?? []).filter(({ type }) => type === 'object');
  const tag = tagOf(objects) ?? 'type';
  const nameOf = ({ properties = {} }: Schema): string =>
    properties[tag]?.const === undefined ? 'a set by its name' : `${tag} ${JSON.stringify(properties[tag].const)}`;
  const owners = objects.filter(({ properties = {} }) => Object.hasOwn(properties, key));
  const here = isObject(node) && node[tag] === undefined ? `${nameOf(own)}, the default,` : nameOf(own);
  const first = owners.find(({ properties = {} }) => properties[tag]?.const !== undefined);
  const change = first
    ? `set ${at}.${tag}=${String(first.properties?.[tag].const)} before it`
    : 'give a set by its name';
  return new RangeError(
    `${path} goes with ${owners.map(nameOf).join(' or ')}, but ${at} has ${here} with ${Object.keys(own.properties ?? {}).join(', ')}: leave it out, or ${change}`,
  );
}

/**
 * The schema of a path, of the first kind of its parents that has it. @throws RangeError for a path that does not exist
 */
export function schemaAt(path: string): Schema {
  return path.split('.').reduce((schema, key) => {
    const kinds = schema.oneOf ?? [schema];
    const found = kinds.find(({ properties = {} }) => Object.hasOwn(properties, key))?.properties?.[key];
    if (!found) throw unknownSetting(path, '', experimentSchema, settingPaths());
    return found;
  }, experimentSchema);
}

let known: readonly string[] | undefined;

/** All paths there can be; of lists the first entry. */
export function settingPaths(): readonly string[] {
  return (known ??= [...new Set(pathsBelow(experimentSchema, ''))]);
}

function pathsBelow(schema: Schema, path: string): string[] {
  const deeper = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inside]) =>
      key === '$schema' ? [] : pathsBelow(inside, joined(path, key)),
    ),
    ...(schema.oneOf ?? []).flatMap((one) => pathsBelow(one, path)),
    ...(schema.items?.oneOf ? pathsBelow(schema.items, `${path}.0`) : []),
  ];
  return path === '' ? deeper : [path, ...deeper];
}

/** The settings that make `changed` of `from`; objects setting by setting, lists as a whole. */
export function differences(from: Experiment, changed: Experiment): Setting[] {
  return differencesBelow(from, changed, '');
}

function differencesBelow(from: unknown, to: unknown, path: string): Setting[] {
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((key) => key !== '$schema');
    return keys.flatMap((key) => differencesBelow(from[key], to[key], joined(path, key)));
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, value: to ?? null }];
}
