/** Which classes a network takes for which: the confusion matrix of an evaluation, with the accuracy of each class. */
import { requireInteger, requireList, requireObject } from '../network/require.js';
import { cutApart } from './apart.js';
import { chartFigure, figurePlot } from './figure.js';
import type { ChartContent } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { requireNumbers, requireOptions, requireString } from './wanted.js';

/** What `evaluate` gives, as far as it is drawn. */
export interface EvaluationLike {
  /** `[true class][predicted class]`, number of samples. */
  readonly confusion: readonly (readonly number[])[];
  readonly dataset?: string;
}

export interface ConfusionOptions {
  title?: string;
  /** Default: the numbers of the classes. */
  classNames?: readonly string[];
}

const maxClasses = 50;

/** Share of each class's samples that were predicted right, `[classes]`, 0..1; NaN for a class without samples. */
export function classAccuracies(confusion: readonly (readonly number[])[]): number[] {
  requireMatrix('classAccuracies()', confusion);
  return confusion.map((row, k) => (row[k] ?? 0) / row.reduce((sum, count) => sum + count, 0));
}

/**
 * Draws a confusion matrix: a row for each true class with its accuracy, a column for each predicted class, the number
 * of samples in each field; a field is the darker the larger its share of the row.
 * @example show(confusion(await net.evaluate(test), { classNames: test.classNames }));
 * @throws RangeError for more than 50 classes, rows of unequal length, or counts that are none
 */
export function confusion(source: EvaluationLike | EvaluationLike['confusion'], options: ConfusionOptions = {}): Plot {
  requireOptions('confusion()', options, ['title', 'classNames']);
  const evaluation: EvaluationLike = isMatrix(source)
    ? { confusion: source }
    : requireObject('confusion()', source, 'what net.evaluate() gives, or its confusion matrix');
  if (evaluation.dataset !== undefined) requireString('dataset of the evaluation', evaluation.dataset);
  const matrix = evaluation.confusion;
  requireMatrix('confusion()', matrix);
  const columns = matrix[0]?.length ?? 0;
  const classes = Math.max(matrix.length, columns);
  if (columns < 1 || classes > maxClasses)
    throw new RangeError(`a confusion matrix of ${columns && classes} classes: 1 to ${maxClasses} can be drawn`);
  for (const [k, row] of matrix.entries()) {
    if (row.length !== columns)
      throw new RangeError(`row ${k} of the confusion matrix has ${row.length} fields, row 0 ${columns}: give as many`);
    for (const [j, count] of row.entries())
      requireInteger(`samples of class ${k} predicted as ${j}`, count, 0, Number.MAX_SAFE_INTEGER);
  }
  const { classNames } = options;
  if (classNames && classNames.length !== classes)
    throw new RangeError(`${classNames.length} class names for ${classes} classes: give one for each`);
  const whole = Array.from({ length: classes }, (_, k) => classNames?.[k] ?? String(k));
  const names = cutApart(whole, (name) => plainText(name, 40));
  const samples = sum(matrix.map(sum));
  const right = sum(matrix.map((row, k) => row[k] ?? 0));
  const title = plainText(options.title ?? `Confusion${evaluation.dataset ? ` on ${evaluation.dataset}` : ''}`);
  const accuracy = samples === 0 ? 'no samples' : `${percent(right / samples)} of ${samples} samples right`;
  const text = `confusion: ${title}, ${accuracy}; ${worst(matrix, names)}`;
  return figurePlot(text, chartFigure({ title, subtitle: accuracy }, confusionContent(matrix, names)));
}

const isMatrix = (source: unknown): source is EvaluationLike['confusion'] => Array.isArray(source);

function requireMatrix(name: string, matrix: EvaluationLike['confusion']): void {
  requireList(`the matrix of ${name}`, matrix, 'a list of rows, one for each true class');
  Array.from(matrix, (row, k) => requireNumbers(`row ${k} of the matrix of ${name}`, row));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–');

/** The three most frequent confusions, in words. */
function worst(matrix: readonly (readonly number[])[], names: readonly string[]): string {
  const wrong = matrix
    .flatMap((row, k) => row.map((count, j) => ({ k, j, count })))
    .filter(({ k, j, count }) => k !== j && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3);
  if (wrong.length === 0) return 'no class taken for another';
  return `most often ${wrong.map(({ k, j, count }) => `${names[k]} taken for ${names[j]} (${count})`).join(', ')}`;
}

function confusionContent(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
): Omit<ChartContent, 'kind'> {
  const accuracies = classAccuracies(matrix);
  const rows = matrix.map((_, k) => `${names[k]} · ${percent(accuracies[k])}`);
  const columns = matrix[0].length;
  return {
    x: { title: 'predicted class', from: 0, to: columns, names: names.slice(0, columns) },
    y: { title: 'true class, its accuracy', from: 0, to: rows.length, names: rows },
    marks: [
      {
        ink: 0,
        type: 'cells',
        columns,
        shares: matrix.flatMap((row) => {
          const all = sum(row);
          return row.map((count) => (all === 0 ? 0 : Number((count / all).toPrecision(4))));
        }),
        texts: matrix.flatMap((row) => row.map((count) => (count > 0 ? String(count) : ''))),
      },
    ],
  };
}
