/**
 * A figure as JSON: one description of axes, marks, colours and texts, of which the screen, the PNG and Vega-Lite are
 * drawn. Believes nothing; see `payload.ts`.
 */
import { choice, finite, integer, kind, list, optionalText, PayloadError, record, text } from './check.js';
import { payloadLimits, requireVersion } from './payload.js';
import {
  markShapes,
  type ChartContent,
  type EncodingContent,
  type FigureAxis,
  type FigureMark,
  type FigurePayload,
  type Ink,
  type TilesContent,
} from './figureParts.js';
import { parseLayer, parseStimulus } from './rasterSample.js';

export * from './figureParts.js';

/** The most a figure may hold. */
export const figureLimits = { marks: 64, points: 50_000, names: 200, tiles: 100, pixels: 1 << 20 } as const;
const largest = 1e300;

/** @throws PayloadError */
export function parseFigurePayload(value: unknown): FigurePayload {
  const raw = record('figure', value);
  requireVersion(raw);
  const content = record('content', raw.content);
  const parse = { chart: parseChart, tiles: parseTiles, encoding: parseEncoding };
  return {
    version: 1,
    ...optionalText(raw, 'title'),
    ...optionalText(raw, 'subtitle'),
    content: parse[choice('content.kind', content.kind, ['chart', 'tiles', 'encoding'])](content),
  };
}

function parseChart(raw: Record<string, unknown>): ChartContent {
  const marks = list('marks', raw.marks, figureLimits.marks).map((mark, k) => parseMark(`marks[${k}]`, mark));
  const points = marks.reduce((sum, mark) => sum + pointsOf(mark), 0);
  if (points > figureLimits.points)
    throw new PayloadError(`a figure of ${points} points: the limit is ${figureLimits.points}`);
  return {
    kind: 'chart',
    ...(raw.height !== undefined && { height: finite('height', raw.height, 20, 2000) }),
    x: parseAxis('x', raw.x),
    y: parseAxis('y', raw.y),
    marks,
  };
}

const pointsOf = (mark: FigureMark): number =>
  'x' in mark ? mark.x.length : mark.type === 'cells' ? mark.shares.length : 1;

function parseAxis(where: string, value: unknown): FigureAxis {
  const raw = record(where, value);
  const from = finite(`${where}.from`, raw.from, -largest, largest);
  const to = finite(`${where}.to`, raw.to, -largest, largest);
  if (!(from < to)) throw new PayloadError(`${where} goes from ${from} to ${to}: it must ascend`);
  const names =
    raw.names === undefined
      ? undefined
      : list(`${where}.names`, raw.names, figureLimits.names).map((name, k) => text(`${where}.names[${k}]`, name));
  if (names && (from !== 0 || to !== names.length))
    throw new PayloadError(`${where} has ${names.length} names from ${from} to ${to}: it must be from 0 to as many`);
  return {
    ...optionalText(raw, 'title', `${where}.`),
    from,
    to,
    ...(raw.whole === true && { whole: true }),
    ...(names && { names }),
  };
}

/** What each type of mark has, beside ink and name. */
const fields = {
  line: { lists: ['x', 'y'], numbers: ['width'] },
  points: { lists: ['x', 'y'], numbers: ['radius'] },
  rules: { lists: ['x', 'low', 'high'], numbers: ['width'] },
  level: { lists: [], numbers: ['at'] },
  area: { lists: ['x', 'low', 'high'], numbers: [] },
  bars: { lists: ['x', 'low', 'high'], numbers: ['width'] },
  texts: { lists: ['x', 'y'], numbers: [] },
  cells: { lists: ['shares'], numbers: [] },
} as const;
const looks = { line: ['solid', 'dashed', 'step'], bars: ['filled', 'framed', 'line'] } as const;

function parseMark(where: string, value: unknown): FigureMark {
  const raw = record(where, value);
  const type = choice(`${where}.type`, raw.type, Object.keys(fields) as FigureMark['type'][]);
  const mark: Record<string, unknown> = {
    type,
    ink: parseInk(`${where}.ink`, raw.ink),
    ...optionalText(raw, 'name', `${where}.`),
  };
  for (const key of fields[type].lists)
    mark[key] = list(`${where}.${key}`, raw[key], figureLimits.points).map((one, k) =>
      one === null ? null : finite(`${where}.${key}[${k}]`, one, -largest, largest),
    );
  for (const key of fields[type].numbers)
    mark[key] = finite(`${where}.${key}`, raw[key], key === 'at' ? -largest : 0, key === 'at' ? largest : 1e6);
  if (type === 'texts' || type === 'cells')
    mark.texts = list(`${where}.texts`, raw.texts, figureLimits.points).map((one, k) =>
      text(`${where}.texts[${k}]`, one),
    );
  if (type === 'cells') mark.columns = integer(`${where}.columns`, raw.columns, 1, figureLimits.names);
  if (type === 'points') mark.shape = choice(`${where}.shape`, raw.shape, markShapes);
  if (type === 'line' || type === 'bars') mark.look = choice<string>(`${where}.look`, raw.look, looks[type]);
  requireSameLengths(where, mark);
  return mark as unknown as FigureMark; // each field has been checked
}

function requireSameLengths(where: string, mark: object): void {
  const lengths = Object.entries(mark).filter(([, part]) => Array.isArray(part)) as [string, readonly unknown[]][];
  for (const [key, part] of lengths) {
    const [first, other] = lengths[0];
    if (part.length !== other.length)
      throw new PayloadError(`${where} has ${other.length} ${first} and ${part.length} ${key}: give as many of both`);
  }
}

function parseInk(where: string, value: unknown): Ink {
  return typeof value === 'number'
    ? integer(where, value, 0, 7)
    : choice(where, value, ['text', 'muted', 'axis'] as const);
}

function parseTiles(raw: Record<string, unknown>): TilesContent {
  const tiles = list('tiles', raw.tiles, figureLimits.tiles).map((value, k) => {
    const where = `tiles[${k}]`;
    const tile = record(where, value);
    const rows = integer(`${where}.rows`, tile.rows, 1, figureLimits.pixels);
    return {
      rows,
      columns: integer(`${where}.columns`, tile.columns, 1, Math.floor(figureLimits.pixels / rows)),
      parts: integer(`${where}.parts`, tile.parts, 1, rows),
      caption: text(`${where}.caption`, tile.caption),
    };
  });
  const size = tiles.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  if (size > figureLimits.pixels)
    throw new PayloadError(`tiles of ${size} pixels: the limit is ${figureLimits.pixels}`);
  if (typeof raw.pixels !== 'string' || raw.pixels.length > 2 * figureLimits.pixels)
    throw new PayloadError(
      `pixels is ${kind(raw.pixels)}: it must be a base64 string of up to ${2 * figureLimits.pixels} characters`,
    );
  return {
    kind: 'tiles',
    columns: integer('columns', raw.columns, 1, 20),
    scale: choice('scale', raw.scale, ['grey', 'signed']),
    ...(raw.full !== undefined && { full: finite('full', raw.full, 0, largest) }),
    tiles,
    pixels: raw.pixels,
    ...optionalText(raw, 'note'),
  };
}

function parseEncoding(raw: Record<string, unknown>): EncodingContent {
  const stimulus = parseStimulus('stimulus', raw.stimulus);
  const layer = parseLayer('layer', raw.layer);
  if (layer.neurons > payloadLimits.pixels)
    throw new PayloadError(`layer of ${layer.neurons} neurons: the limit is ${payloadLimits.pixels}`);
  return { kind: 'encoding', steps: integer('steps', raw.steps, 1, payloadLimits.steps), stimulus, layer };
}
