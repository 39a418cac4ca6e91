/**
 * What the page around a plot knows of its kernel. The application's plugin tells; without it (another front end, a plugin switched off)
 * nothing is known, and the plots show all the same.
 */
export type KernelState = 'busy' | 'idle' | 'gone';

export interface Host {
  /** Of the notebook that a plot stands in. */
  kernelState(node: HTMLElement): KernelState | undefined;
}

let host: Host | undefined;
const listeners = new Set<() => void>();

export function setHost(next: Host): void {
  host = next;
  hostChanged();
}

export function kernelState(node: HTMLElement): KernelState | undefined {
  return host?.kernelState(node);
}

/** Tells every plot that a kernel's state has changed. */
export function hostChanged(): void {
  for (const listener of listeners) listener();
}

export function onHostChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
