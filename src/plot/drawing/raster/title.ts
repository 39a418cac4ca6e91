/**
 * Title, true class and prediction: together on a line where there is room, else on lines of their own, so that a long
 * title hides neither.
 */
import type { RasterPayload } from '../../payload.js';
import type { Pen } from '../pen.js';
import { font, headingSize, titleSize, writePieces, type Piece } from '../text.js';
import type { Theme } from '../theme.js';

/** Words that stay together. */
type Part = 'title' | 'label' | 'prediction';

/** A line of the title block: what it says, and its baseline. */
export interface TitleLine {
  readonly parts: readonly Part[];
  readonly baseline: number;
}

const gap = '     ';
/** Bold letters are wider than those that `measure` knows. */
const boldness = 1.1;

/** The parts of each line. @param measure width of a text in the size of labels @param room CSS pixels */
export function titleParts(
  { title, label, prediction }: Pick<RasterPayload, 'title' | 'label' | 'prediction'>,
  measure: (text: string) => number,
  room: number,
): Part[][] {
  const class_ = (words: string, name: string): number => headingSize * (measure(words) + boldness * measure(name));
  const widths: [Part, number][] = [];
  if (title) widths.push(['title', titleSize * boldness * measure(title)]);
  if (label !== undefined) widths.push(['label', class_('true class ', label)]);
  if (prediction !== undefined) widths.push(['prediction', class_('predicted ', `${prediction} ✓`)]);
  const lines: Part[][] = [];
  let used = Infinity;
  for (const [part, width] of widths) {
    const after = used + headingSize * measure(gap) + width;
    if (after <= room) lines[lines.length - 1].push(part);
    else lines.push([part]);
    used = after <= room ? after : width;
  }
  return lines;
}

/** Right and wrong also by a sign. */
export function drawTitle(
  pen: Pen,
  theme: Theme,
  payload: RasterPayload,
  lines: readonly TitleLine[],
  left: number,
  right: number,
): void {
  for (const { parts, baseline } of lines) {
    const pieces: Piece[] = [];
    for (const part of parts) pieces.push(...piecesOf(theme, payload, part, pieces.length > 0 ? gap : ''));
    writePieces(pen, left, baseline, right, pieces);
  }
}

function piecesOf(theme: Theme, { title, label, prediction }: RasterPayload, part: Part, space: string): Piece[] {
  const muted = font(theme, '', headingSize);
  const strong = font(theme, 'bold', headingSize);
  if (part === 'title') return [{ text: title ?? '', font: font(theme, 'bold', titleSize), colour: theme.text }];
  if (part === 'label')
    return [
      { text: `${space}true class `, font: muted, colour: theme.mutedText },
      { text: label ?? '', font: strong, colour: theme.text },
    ];
  const right = label === undefined ? undefined : prediction === label;
  const sign = right === undefined ? '' : right ? ' ✓' : ' ✗';
  return [
    { text: `${space}predicted `, font: muted, colour: theme.mutedText },
    {
      text: `${prediction ?? ''}${sign}`,
      font: strong,
      colour: right === undefined ? theme.text : right ? theme.good : theme.bad,
    },
  ];
}
