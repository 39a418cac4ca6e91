/** Tables of numbers as people have them, checked: rows, or one flat array with its shape. */
import { describe, requireInteger, requireList } from '../../network/require.js';

/**
 * One array for each sample, or all values behind each other with their shape `[samples, …]`, as NumPy and HDF5 files
 * give them.
 */
export type Numbers = readonly ArrayLike<number>[] | NumberTable;

export interface NumberTable {
  /** Row by row. 64-bit integers are taken when they fit into a double. */
  readonly values: ArrayLike<number> | BigInt64Array | BigUint64Array;
  /** Samples first, for instance `[150, 4]` or `[60000, 28, 28]`. */
  readonly shape: readonly number[];
}

export interface Table {
  readonly rows: number;
  readonly columns: number;
  /** Of one row, for instance `[4]` or `[28, 28]`. */
  readonly shape: readonly number[];
  at(row: number, column: number): number;
}

/**
 * @param what the values are called in errors, for instance `feature`
 * @throws RangeError for no rows, rows of different lengths, or a value that is no finite number: naming it
 */
export function tableOf(name: string, what: string, given: Numbers, shape?: readonly number[]): Table {
  const table = isTable(given) ? fromFlat(name, given) : fromRows(name, what, given);
  for (let row = 0; row < table.rows; row++)
    for (let column = 0; column < table.columns; column++) {
      const value = table.at(row, column);
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new RangeError(
          `${name}: ${what} ${column} of sample ${row} is ${described(value)}: leave such samples out, or fill in a number`,
        );
    }
  if (shape === undefined) return table;
  requireShape(`${name}: shape`, shape);
  const inputs = shape.reduce((a, b) => a * b, 1);
  if (inputs !== table.columns)
    throw new RangeError(`${name}: shape [${shape.join(', ')}] is ${inputs} values, a sample has ${table.columns}`);
  return { ...table, shape };
}

function requireShape(what: string, shape: readonly number[]): void {
  requireList(what, shape, 'a list of the sizes of one sample, such as [28, 28]');
  shape.forEach((size) => requireInteger(`size in ${what}`, size, 1, 1 << 20));
}

/** `-3.5`, `"abc"`, `missing`. */
const described = (value: unknown): string => (value === undefined ? 'missing' : describe(value));

const isTable = (given: Numbers): given is NumberTable =>
  typeof given === 'object' && given !== null && 'shape' in given && 'values' in given;

function fromRows(name: string, what: string, rows: readonly ArrayLike<number>[]): Table {
  if (ArrayBuffer.isView(rows))
    throw new RangeError(`${name}: one flat array of ${what}s: give { values, shape: [samples, ${what}s] }, or rows`);
  if (!(Array.isArray as (value: unknown) => boolean)(rows))
    throw new RangeError(
      `${name}: the ${what}s are ${describe(rows)}: give one array for each sample, or { values, shape: [samples, …] }`,
    );
  if (rows.length === 0) throw new RangeError(`${name}: no samples: give ${what}s as one array for each sample`);
  const columns = rowLength(rows[0]);
  const other = rows.findIndex((row) => rowLength(row) !== columns);
  if (columns === 0 || other >= 0)
    throw new RangeError(
      other > 0
        ? `${name}: sample ${other} has ${rowLength(rows[other])} ${what}s, sample 0 has ${columns}: they must be as many`
        : `${name}: sample 0 is no array of ${what}s: give one array for each sample`,
    );
  return { rows: rows.length, columns, shape: [columns], at: (row, column) => doubleOf(name, rows[row][column]) };
}

const rowLength = (row: unknown): number =>
  Array.isArray(row) || ArrayBuffer.isView(row) ? (row as unknown as ArrayLike<number>).length : 0;

function fromFlat(name: string, { values, shape }: NumberTable): Table {
  requireList(`${name}: values`, values, 'a list of all values, row by row');
  requireList(`${name}: shape beside values`, shape, 'a list of sizes, samples first, such as [150, 4]');
  const [rows, ...rest] = shape;
  if (shape.length === 0)
    throw new RangeError(`${name}: a single number, not one row for each sample: give an array [samples, …]`);
  if (shape.includes(0))
    throw new RangeError(`${name}: the shape [${shape.join(', ')}] holds no value: give at least one sample`);
  const columns = rest.reduce((a, b) => a * b, 1);
  if (!shape.every((size) => Number.isInteger(size) && size > 0) || rows * columns !== values.length)
    throw new RangeError(
      `${name}: ${values.length} values do not have the shape [${shape.join(', ')}]: its product must be their number`,
    );
  return {
    rows,
    columns,
    shape: rest.length === 0 ? [1] : rest,
    at: (row, column) => doubleOf(name, values[row * columns + column]),
  };
}

/** @throws RangeError for an integer of 64 bits between two doubles */
function doubleOf(name: string, value: number | bigint): number {
  if (typeof value !== 'bigint') return value;
  const double = Number(value);
  if (BigInt(double) !== value)
    throw new RangeError(`${name}: the integer ${value} does not fit into a double: subtract what all have in common`);
  return double;
}

/** The rows of the given numbers. */
export const rowsOf = (table: Table, numbers: readonly number[]): Table => ({
  ...table,
  rows: numbers.length,
  at: (row, column) => table.at(numbers[row], column),
});
