import type { DataTable, PlotLive } from './plot.js';

/** A table for screen readers, in place of a picture they cannot see; made when the focus or a reader comes near. */
export function tableNode({ caption, columns, rows }: DataTable): HTMLTableElement {
  const table = document.createElement('table');
  table.className = 'sl-Plot-table';
  const title = table.createCaption();
  title.textContent = caption;
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = column;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().textContent = value;
  }
  return table;
}

/** A live plot's table follows it at this distance, milliseconds. */
const interval = 2000;

/** Where the table stands, out of sight, and before it what is said. */
export class TableBox {
  readonly node = document.createElement('div');
  private readonly said = document.createElement('div');
  private readonly place = document.createElement('div');
  private made = -Infinity;
  private late?: number;

  constructor() {
    this.node.className = 'sl-Plot-tableBox';
    this.said.setAttribute('aria-live', 'polite');
    this.node.append(this.said, this.place);
  }

  /** Lets a screen reader say something. */
  say(words: string): void {
    this.said.textContent = words;
  }

  show(plot: { table(): DataTable; readonly live?: PlotLive }): void {
    const now = performance.now();
    window.clearTimeout(this.late);
    const wait = plot.live?.isLive() ? this.made + interval - now : 0;
    if (wait > 0) return void (this.late = window.setTimeout(() => this.show(plot), wait));
    this.made = now;
    this.place.replaceChildren(tableNode(plot.table()));
  }
}
