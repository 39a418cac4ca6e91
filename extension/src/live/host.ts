/**
 * What the page around a plot knows of its kernel. The application's plugin tells; without it (another front end, a
 * plugin switched off) nothing is known, and the plots show all the same.
 */
export type KernelState = 'busy' | 'idle' | 'gone';

export interface Host {
  /** Of the notebook that a plot stands in. */
  kernelState(node: HTMLElement): KernelState | undefined;
  /** When that kernel was last restarted or died, milliseconds since 1970: nothing from before goes on. */
  endedAt(node: HTMLElement): number;
  /**
   * Asks the kernel of the notebook that a plot stands in.
   * @returns its answer, of which nothing is known; undefined when nobody there knows of `target`. Rejects when there
   * is no kernel.
   */
  ask(node: HTMLElement, target: string, question: Question): Promise<unknown>;
}

/** Plain JSON. */
export type Question = Readonly<Record<string, string | number>>;

let host: Host | undefined;
const listeners = new Set<() => void>();

export function setHost(next: Host): void {
  host = next;
  hostChanged();
}

export function kernelState(node: HTMLElement): KernelState | undefined {
  return host?.kernelState(node);
}

export function endedAt(node: HTMLElement): number {
  return host?.endedAt(node) ?? 0;
}

/** Rejects with a sentence for the user when nobody can be asked. */
export async function askKernel(node: HTMLElement, target: string, question: Question): Promise<unknown> {
  if (!host) throw new Error('no kernel can be asked here');
  return host.ask(node, target, question);
}

/** Tells every plot that a kernel's state has changed. */
export function hostChanged(): void {
  for (const listener of listeners) listener();
}

export function onHostChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
