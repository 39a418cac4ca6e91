/** Buttons below a plot, one for each part that may be shown or not. */
import { keepKeys } from './keys.js';
import type { PlotChoices } from './plot.js';

export class ChoiceBar {
  readonly node = document.createElement('div');
  private labels = '';

  /** @param changed another part is shown, or one less */
  constructor(
    private readonly choices: PlotChoices,
    private readonly changed: () => void,
  ) {
    this.node.className = 'sl-Plot-choices';
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', 'Panels');
    this.update();
  }

  /** Says what is shown now; a live plot may have more to choose from. */
  update(): void {
    const list = this.choices.list();
    const labels = JSON.stringify(list.map(({ label }) => label));
    if (labels !== this.labels) {
      this.labels = labels;
      this.node.replaceChildren(...list.map(({ label }, index) => this.button(label, index)));
    }
    this.node.hidden = list.length === 0;
    list.forEach(({ shown }, k) => this.node.children[k].setAttribute('aria-pressed', String(shown)));
  }

  private button(label: string, index: number): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    keepKeys(button);
    button.addEventListener('click', () => {
      if (this.choices.toggle(index)) this.changed();
    });
    return button;
  }
}
