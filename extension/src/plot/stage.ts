import { keepKeys, keyHelp } from './keys.js';

/**
 * The part of a plot that takes the pointer and the focus. @param role for screen readers: `spike raster` @param still
 * it has no keys of its own
 */
export function newStage(role: string, still = false): HTMLElement {
  const stage = document.createElement('div');
  stage.className = 'sl-Plot-stage';
  stage.setAttribute('aria-roledescription', role);
  if (still) {
    stage.classList.add('sl-mod-still');
    stage.setAttribute('role', 'group');
    return stage;
  }
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute('aria-description', keyHelp);
  keepKeys(stage);
  return stage;
}

/** What is read first of a plot: its title, then what it shows. */
export function nameParts(figure: HTMLElement, title: string, stage: HTMLElement, summary: string): void {
  figure.setAttribute('role', 'figure');
  figure.setAttribute('aria-label', title);
  stage.setAttribute('aria-label', summary);
}
