/** The menu of a plot's export button. A message in its place says why a file could not be made. */
import { PayloadError } from '../../../src/plot/check.js';
import { exportsOfPlots } from './exports.js';
import { keepKeys } from './keys.js';
import type { PlotHandle } from './registry.js';

export class ExportMenu {
  readonly node = document.createElement('div');
  private opener?: HTMLElement;

  constructor(private readonly plot: () => PlotHandle | undefined) {
    this.node.className = 'sl-Plot-menu';
    this.node.hidden = true;
    this.node.addEventListener('keydown', (event) => this.onKey(event));
    this.node.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.node.contains(relatedTarget))) this.close(false);
    });
  }

  /** Opens below a button, or closes again. */
  toggle(opener: HTMLElement): void {
    if (!this.node.hidden) return this.close(true);
    this.opener = opener;
    this.node.setAttribute('role', 'menu');
    this.node.setAttribute('aria-label', 'Export');
    this.node.replaceChildren(
      ...exportsOfPlots.map(({ label, run }) => {
        const item = document.createElement('button');
        item.type = 'button';
        item.textContent = label;
        keepKeys(item);
        item.setAttribute('role', 'menuitem');
        item.addEventListener('click', () => void this.run(run));
        return item;
      }),
    );
    this.node.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    this.items()[0]?.focus();
  }

  private async run(make: (plot: PlotHandle) => void | Promise<void>): Promise<void> {
    const plot = this.plot();
    try {
      if (plot) await make(plot);
      this.close(true);
    } catch (error) {
      this.node.removeAttribute('role');
      this.node.textContent = error instanceof PayloadError ? error.message : `unexpected: ${String(error)}`;
      this.node.tabIndex = -1;
      this.node.focus();
    }
  }

  private items(): HTMLElement[] {
    return [...this.node.querySelectorAll('button')];
  }

  private onKey(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) items[(at + move + items.length) % items.length]?.focus();
    else if (event.key === 'Escape') this.close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param back whether the focus goes back to the button */
  private close(back: boolean): void {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.node.replaceChildren();
    this.opener?.setAttribute('aria-expanded', 'false');
    if (back) this.opener?.focus();
  }
}
