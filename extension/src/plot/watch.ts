/** What a plot on the page watches; each returns a function that ends the watch. */

/** Calls back with the width of a node, CSS pixels, when it changes. */
export function onWidth(node: Element, callback: (width: number) => void): () => void {
  let last = -1;
  const observer = new ResizeObserver((entries) => {
    const width = Math.floor(entries[entries.length - 1].contentRect.width);
    if (width !== last) callback((last = width));
  });
  observer.observe(node);
  return () => observer.disconnect();
}

/** Calls back when a node comes near the screen or leaves it. */
export function onSight(node: Element, callback: (seen: boolean) => void): () => void {
  const observer = new IntersectionObserver((entries) => callback(entries[entries.length - 1].isIntersecting), {
    rootMargin: '300px',
  });
  observer.observe(node);
  return () => observer.disconnect();
}

/** Calls back when the window moves to a screen of another density or the page is zoomed. */
export function onRatioChange(callback: () => void): () => void {
  let query: MediaQueryList;
  const listen = (): void => {
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener('change', changed, { once: true });
  };
  const changed = (): void => {
    listen();
    callback();
  };
  listen();
  return () => query.removeEventListener('change', changed);
}
