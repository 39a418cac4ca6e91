import type { Reading } from './plot.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';

/** The box beside the cursor. Everything in it is text, never markup; screen readers announce it. */
export class Tooltip {
  readonly node = document.createElement('div');

  constructor() {
    this.node.className = 'sl-Plot-tooltip';
    this.node.setAttribute('role', 'status');
    this.node.hidden = true;
  }

  show(reading: Reading, theme: Theme, bounds: { width: number; height: number }): void {
    const title = element('div', 'sl-Plot-tooltipTitle', reading.title);
    const lines = reading.lines.map(({ label, value, series }) => {
      const line = element('div', 'sl-Plot-tooltipLine');
      const swatch = element('span', 'sl-Plot-swatch');
      swatch.style.background = series === undefined ? 'transparent' : theme.series[series];
      line.append(
        swatch,
        element('span', 'sl-Plot-tooltipLabel', `${label} `),
        element('span', 'sl-Plot-tooltipValue', value),
      );
      return line;
    });
    this.node.replaceChildren(title, ...lines);
    this.node.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const gap = 14;
    const x = reading.at.x + gap + width <= bounds.width ? reading.at.x + gap : reading.at.x - gap - width;
    // Too high a box keeps its title.
    const y = Math.max(0, Math.min(reading.at.y - height - 8, bounds.height - height));
    this.node.style.transform = `translate(${Math.round(Math.max(0, x))}px, ${Math.round(y)}px)`;
  }

  hide(): void {
    this.node.hidden = true;
  }
}

function element(tag: 'div' | 'span', className: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}
