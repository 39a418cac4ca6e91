import { randomUUID } from 'node:crypto';
import { after, cancel } from '../../common/own-timers.js';
import { displayAliases, runAt, type OutputPlace, type ShownContent } from '../output-place.js';
import { sendShown } from '../pipe.js';
import { displaysSettled } from '../settled.js';

const nothing: ShownContent = { data: { 'text/plain': '' }, metadata: {} };
/** Milliseconds that text waits for more. */
const gatherMs = 15;

/**
 * A place under a cell whose outputs are replaced by those of the next run: each output takes the place of the one that
 * came as the same number before, so that nothing flickers or moves. Ids of displays lead to the place that the display
 * has.
 */
export class OutputRegion {
  /** Display ids of the places, in order. */
  private readonly places: string[] = [];
  private used = 0;
  private run = 0;
  private aliases: string[] = [];
  private text: { readonly stream: 'stdout' | 'stderr'; readonly id: string; whole: string } | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param cell id of the cell under which it stands */
  constructor(private readonly cell: number) {}

  /**
   * Runs code whose outputs replace those of the run before; resolves when all of them are shown. One run at a time.
   */
  async replace(code: () => void | Promise<void>): Promise<void> {
    const run = ++this.run;
    this.restart();
    const own = (show: () => void): void => (run === this.run ? show() : undefined);
    const place: OutputPlace = {
      cell: this.cell,
      text: (stream, text) => own(() => this.addText(stream, text)),
      display: (content) => own(() => this.add(content)),
      clear: () => own(() => this.restart()),
    };
    try {
      await runAt(place, code);
      await displaysSettled();
    } finally {
      this.flush();
      for (const id of this.places.slice(this.used)) this.send('update_display_data', id, nothing);
    }
  }

  private restart(): void {
    this.flush();
    this.text = undefined;
    this.used = 0;
    // What an earlier run shows too late goes nowhere.
    for (const alias of this.aliases) displayAliases.delete(alias);
    this.aliases = [];
  }

  private add(content: ShownContent): void {
    this.flush();
    this.text = undefined;
    const id = this.take(content);
    const alias = content.transient?.display_id;
    if (alias === undefined) return;
    displayAliases.set(alias, id);
    this.aliases.push(alias);
  }

  /** Shows something in the next place; returns the place's id. */
  private take(content: ShownContent): string {
    const known = this.places[this.used] as string | undefined;
    const id = known ?? randomUUID();
    this.places[this.used++] = id;
    this.send(known === undefined ? 'display_data' : 'update_display_data', id, content);
    return id;
  }

  private addText(stream: 'stdout' | 'stderr', text: string): void {
    if (this.text?.stream !== stream) {
      this.flush();
      this.text = { stream, id: this.take(nothing), whole: '' };
    }
    this.text.whole += text;
    this.timer ??= after(() => this.flush(), gatherMs);
  }

  private flush(): void {
    cancel(this.timer);
    this.timer = undefined;
    if (!this.text) return;
    const { stream, id, whole } = this.text;
    const shown = whole.replace(/\n$/, '');
    const data = { 'text/plain': shown, ...(stream === 'stderr' && { 'application/vnd.jupyter.stderr': shown }) };
    this.send('update_display_data', id, { data, metadata: {} });
  }

  private send(type: 'display_data' | 'update_display_data', id: string, content: ShownContent): void {
    sendShown(type, { ...content, transient: { display_id: id } }, this.cell);
  }
}
