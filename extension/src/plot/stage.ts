import { keepKeys, keyHelp } from './keys.js';

/** The part of a plot that takes the pointer and the focus. @param role for screen readers: `spike raster` */
export function newStage(role: string): HTMLElement {
  const stage = document.createElement('div');
  stage.className = 'sl-Plot-stage';
  stage.tabIndex = 0;
  stage.setAttribute('role', 'application');
  stage.setAttribute('aria-roledescription', role);
  stage.setAttribute('aria-description', keyHelp);
  keepKeys(stage);
  return stage;
}
