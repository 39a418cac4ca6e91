import type { Pen } from '../pen.js';
import { span, toPixel } from '../range.js';
import { fitText, font } from '../text.js';
import type { Theme } from '../theme.js';
import { groupDigits, ticks } from '../ticks.js';
import { firstSpike } from './dots.js';
import type { DrawnLayer } from './layer.js';
import type { RasterScene } from './scene.js';

/**
 * Names or numbers on the left; where every row has a label, the firing count of what is in view on the right. In the
 * output, the predicted class is bold and marked on the right, the true class is marked too, also where there is no
 * room for every label.
 */
export function drawRowLabels(pen: Pen, theme: Theme, scene: RasterScene, layer: DrawnLayer, index: number): void {
  const { info, rows, trains } = layer;
  const scale = scene.view.rowScale(scene.layout, index);
  const { time } = scene.view;
  const { x } = scene.layout;
  const { prediction, label } = scene.payload;
  const isOutput = index === scene.layers.length - 1;
  const rowHeight = (scale.end - scale.start) / span(scale.range);
  const all = rowHeight >= theme.fontSize - 1 && info.neuronsPerRow === 1;
  const nameOf = (row: number): string => info.neuronNames?.[row] ?? groupDigits(String(row * info.neuronsPerRow));
  const rowNamed = (name: string | undefined): number =>
    isOutput && name !== undefined && info.neuronsPerRow === 1 ? rowOf(info.neuronNames, name, rows) : -1;
  const [chosen, truth] = [rowNamed(prediction), rowNamed(label)];
  const named = [chosen, truth].filter((row) => row >= 0);
  const near = (row: number): boolean => named.some((other) => Math.abs(other - row) * rowHeight < theme.fontSize);
  const regular = all
    ? Array.from({ length: Math.ceil(span(scale.range)) + 1 }, (_, k) => Math.floor(scale.range.from) + k)
    : ticks(scale.range, Math.max(1, (scale.end - scale.start) / 28), 1).filter((row) => !near(row));
  const apart = truth >= 0 && Math.abs(chosen - truth) * rowHeight < theme.fontSize && truth !== chosen;
  const special = all ? [] : apart ? [chosen] : [...new Set(named)];
  pen.textBaseline = 'middle';
  for (const row of [...regular, ...special]) {
    const y = toPixel(scale, row + 0.5);
    if (row >= rows || y < scale.start || y > scale.end) continue;
    const strong = row === chosen;
    pen.font = font(theme, strong ? 'bold' : '');
    pen.fillStyle = strong || row === truth ? theme.text : theme.mutedText;
    pen.textAlign = 'right';
    pen.fillText(
      fitText(
        all || named.includes(row) ? nameOf(row) : groupDigits(String(row * info.neuronsPerRow)),
        x.from - 10,
        (part) => pen.measureText(part).width,
      ),
      x.from - 6,
      y + 0.5,
    );
    if (!all && !named.includes(row)) continue;
    const from = firstSpike(trains, row, Math.max(0, Math.floor(time.from)));
    const count = firstSpike(trains, row, Math.ceil(time.to)) - from;
    const sign = row === chosen ? ' ◂' : row === truth ? ' ○' : '';
    pen.textAlign = 'left';
    pen.fillText(`${info.stepsPerColumn === 1 ? groupDigits(String(count)) : ''}${sign}`, x.to + 6, y + 0.5);
  }
}

/** The row of a class by its name, or by its number where the classes have no names; -1 for none. */
function rowOf(names: readonly string[] | undefined, name: string, rows: number): number {
  if (names) return names.indexOf(name);
  const row = Number(name);
  return Number.isInteger(row) && row >= 0 && row < rows ? row : -1;
}
