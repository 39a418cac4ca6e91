/**
 * What "Copy Output to Clipboard" gets of a plot: its line of text, and for documents its picture as it is on the
 * screen.
 */
export function offerCopy(node: HTMLElement, text: () => string, picture: () => HTMLCanvasElement | undefined): void {
  // JupyterLab selects the output and copies the selection, of which a canvas leaves nothing; `copy` bubbles up from
  // it.
  node.addEventListener('copy', (event) => {
    const selection = window.getSelection();
    const whole = selection !== null && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(node);
    if (!event.clipboardData || !whole) return;
    event.clipboardData.setData('text/plain', text());
    const canvas = picture();
    if (canvas && canvas.width > 0) {
      const image = document.createElement('img');
      image.src = canvas.toDataURL('image/png');
      image.alt = text();
      event.clipboardData.setData('text/html', image.outerHTML);
    }
    event.preventDefault();
  });
}
