import { PayloadError, plainText } from '../../../src/plot/check.js';

/**
 * Words in place of a picture that cannot be drawn, followed by the output's text. Everything in it is text, never
 * markup.
 */
export class Problem {
  readonly node = document.createElement('div');

  /** @param stage where the picture would be */
  constructor(
    private readonly role: string,
    private readonly stage: HTMLElement,
  ) {
    this.node.className = 'sl-Plot-problem';
    this.node.hidden = true;
  }

  show(error: unknown, text: string): void {
    const problem = error instanceof PayloadError ? error.message : `unexpected: ${String(error)}`;
    const message = document.createElement('div');
    message.className = 'sl-Plot-problemText';
    message.setAttribute('role', 'alert');
    message.textContent = `This ${this.role} cannot be drawn: ${plainText(problem)}`;
    const fallback = document.createElement('pre');
    fallback.textContent = text;
    this.node.replaceChildren(message, fallback);
    this.node.hidden = false;
    this.stage.hidden = true;
  }

  hide(): void {
    this.node.hidden = true;
    this.stage.hidden = false;
    this.node.replaceChildren();
  }
}

/** The output's text, as nbformat has it (a string or its lines), shortened. */
export function plainOutput(value: unknown): string {
  const text = Array.isArray(value) ? value.join('') : value;
  return typeof text === 'string' ? plainText(text, 2000) : '';
}
