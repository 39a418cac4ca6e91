/** A figure as Vega-Lite, for front ends without our extension: the axes, ticks, colours and texts of the drawing. */
import { cellColour, inkOf } from './drawing/figure/marks.js';
import { layoutChart, legendOf, slope, type Label } from './drawing/figure/layout.js';
import { markOpacity, paper } from './drawing/theme.js';
import type { ChartContent, FigureMark, FigurePayload } from './figureParts.js';
import { pageWidth } from './style.js';
import { vegaLite, type VegaLiteSpec } from './vega.js';

export function figureSpec(payload: FigurePayload, content: ChartContent): VegaLiteSpec {
  const layout = layoutChart(payload, content, pageWidth, (text) => 6 * text.length, paper.fontSize);
  const { x, y, heading } = layout;
  const named = legendOf(content.marks);
  const color = {
    type: 'nominal',
    scale: { domain: named.map(({ name }) => name), range: named.map(({ mark }) => inkOf(paper, mark.ink)) },
    legend:
      named.length === 0
        ? null
        : { title: null, orient: 'top', labelLimit: 400, symbolType: symbolOf(named), symbolOpacity: 1 },
  };
  const descending = content.y.names !== undefined;
  return vegaLite({
    title: { text: payload.title ?? '', ...(payload.subtitle !== undefined && { subtitle: payload.subtitle }) },
    width: Math.round(x.end - x.start),
    height: Math.round(Math.abs(y.end - y.start)),
    encoding: {
      x: axis(content.x.title, x.range, layout.xLabels, {
        grid: false,
        labelAngle: layout.aslant ? -Math.round((slope * 180) / Math.PI) : 0,
        ...(content.x.names && { ticks: false }),
      }),
      y: axis(
        heading === undefined ? undefined : content.y.title,
        descending ? { from: y.range.to, to: y.range.from } : y.range,
        layout.yLabels,
        descending ? { ticks: false, grid: false } : {},
      ),
    },
    layer: content.marks.flatMap((mark) =>
      layersOf(mark).map((layer) => ({
        ...layer,
        encoding: {
          ...layer.encoding,
          ...(mark.name !== undefined && !('color' in layer.encoding) && { color: { datum: mark.name, ...color } }),
        },
      })),
    ),
  });
}

function symbolOf(named: readonly { mark: FigureMark }[]): string {
  if (named.every(({ mark }) => mark.type === 'points')) return 'circle';
  return named.every(({ mark }) => mark.type === 'bars') ? 'square' : 'stroke';
}

function axis(
  title: string | undefined,
  range: { from: number; to: number },
  labels: readonly Label[],
  more: object,
): VegaLiteSpec {
  const at = labels.map((label) => label.at);
  const texts = labels.map(({ text }) => text);
  return {
    type: 'quantitative',
    title: title ?? null,
    scale: { domain: [range.from, range.to], nice: false, zero: false },
    axis: {
      values: at,
      labelExpr: `${JSON.stringify(texts)}[indexof(${JSON.stringify(at)}, datum.value)]`,
      labelFlush: false,
      labelOverlap: false,
      labelLimit: 260,
      ...more,
    },
  };
}

interface VegaLayer {
  readonly data: { readonly values: readonly object[] };
  readonly transform?: readonly object[];
  readonly mark: object;
  readonly encoding: Readonly<Record<string, unknown>>;
}

/** Columns, which take half the room of rows. */
const columns = (lists: Readonly<Record<string, readonly unknown[]>>): Pick<VegaLayer, 'data' | 'transform'> => ({
  data: { values: [lists] },
  transform: [{ flatten: Object.keys(lists) }],
});

function layersOf(mark: FigureMark): VegaLayer[] {
  const color = inkOf(paper, mark.ink);
  const fields = (...names: readonly (readonly [string, string])[]): Record<string, unknown> =>
    Object.fromEntries(names.map(([channel, field]) => [channel, { field }]));
  const clip = { clip: true, color };
  if (mark.type === 'level')
    return [
      {
        data: { values: [{ at: mark.at }] },
        mark: { type: 'rule', strokeDash: [5, 3], ...clip },
        encoding: { y: { field: 'at' } },
      },
    ];
  if (mark.type === 'cells') return cellLayers(mark);
  if (mark.type === 'line' || mark.type === 'points' || mark.type === 'texts') {
    const { x, y } = mark;
    const places = fields(['x', 'x'], ['y', 'y']);
    if (mark.type === 'texts')
      return [
        {
          ...columns({ x, y, text: mark.texts }),
          mark: { type: 'text', dy: -7, fontSize: paper.fontSize, color },
          encoding: { ...places, text: { field: 'text' } },
        },
      ];
    if (mark.type === 'points') {
      const size = Math.round(Math.PI * mark.radius ** 2);
      const opacity = x.length > 60 ? markOpacity : 1;
      const point = { type: 'point', filled: true, shape: mark.shape, size, opacity, ...clip };
      return [{ ...columns({ x, y }), mark: point, encoding: places }];
    }
    const line = {
      type: 'line',
      strokeWidth: mark.width,
      ...clip,
      ...(mark.look === 'dashed' && { strokeDash: [5, 3] }),
      ...(mark.look === 'step' && { interpolate: 'step-after' }),
    };
    return [{ ...columns({ x, y }), mark: line, encoding: places }];
  }
  const { x, low, high } = mark;
  const upright = fields(['x', 'x'], ['y', 'low'], ['y2', 'high']);
  if (mark.type === 'area')
    return [{ ...columns({ x, low, high }), mark: { type: 'area', opacity: 0.22, ...clip }, encoding: upright }];
  if (mark.type === 'rules')
    return [
      { ...columns({ x, low, high }), mark: { type: 'rule', strokeWidth: mark.width, ...clip }, encoding: upright },
    ];
  const left = x.map((at) => at && at - mark.width / 2);
  const right = x.map((at) => at && at + mark.width / 2);
  if (mark.look === 'line')
    return [
      {
        ...columns({ x: left, x2: right, high }),
        mark: { type: 'rule', strokeWidth: 2, ...clip },
        encoding: fields(['x', 'x'], ['x2', 'x2'], ['y', 'high']),
      },
    ];
  const framed = mark.look === 'framed' && { fillOpacity: 0.22, stroke: color };
  return [
    {
      ...columns({ x: left, x2: right, low, high }),
      mark: { type: 'rect', ...clip, ...framed },
      encoding: { ...upright, x2: { field: 'x2' } },
    },
  ];
}

function cellLayers({ ink, columns, shares, texts }: Extract<FigureMark, { type: 'cells' }>): VegaLayer[] {
  const cells = shares.map((share, k) => {
    const [x, y] = [k % columns, Math.floor(k / columns)];
    return {
      x,
      x2: x + 1,
      y,
      y2: y + 1,
      cx: x + 0.5,
      cy: y + 0.5,
      color: cellColour(paper, ink, share ?? 0),
      text: texts[k],
    };
  });
  const rect = {
    data: { values: cells },
    mark: { type: 'rect', stroke: paper.panel },
    encoding: {
      x: { field: 'x' },
      x2: { field: 'x2' },
      y: { field: 'y' },
      y2: { field: 'y2' },
      color: { field: 'color', type: 'nominal', scale: null },
    },
  };
  const written = cells.filter(({ text }) => text !== '');
  const label = {
    data: { values: written },
    mark: { type: 'text', fontSize: paper.fontSize, color: paper.text },
    encoding: { x: { field: 'cx' }, y: { field: 'cy' }, text: { field: 'text' } },
  };
  return written.length > 0 ? [rect, label] : [rect];
}
