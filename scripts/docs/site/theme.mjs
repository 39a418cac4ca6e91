/** VitePress's own theme without fonts to fetch, and diagrams drawn when a page with one is shown. */
import { onContentUpdated, useData, withBase } from 'vitepress';
import Theme from 'vitepress/theme-without-fonts';
import { nextTick, onMounted, watch } from 'vue';
import './site.css';

let loaded;

/** Mermaid, from this site, once a page needs it. */
function load() {
  return (loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = withBase('/mermaid.js');
    script.onload = () => resolve(globalThis.mermaid);
    script.onerror = () => reject(new Error(`${script.src} could not be loaded`));
    document.head.append(script);
  }));
}

/** Draws the page's diagrams, from the text that each keeps, in the colours of the page. */
async function draw(dark) {
  const nodes = [...document.querySelectorAll('pre.mermaid')];
  if (nodes.length === 0) return;
  const mermaid = await load();
  for (const node of nodes) {
    node.dataset.text ??= node.textContent;
    node.textContent = node.dataset.text;
    delete node.dataset.processed;
  }
  const colours = dark ? { theme: 'dark', themeVariables: { edgeLabelBackground: '#303030' } } : { theme: 'neutral' };
  mermaid.initialize({ startOnLoad: false, ...colours });
  await mermaid.run({ nodes });
}

export default {
  extends: Theme,
  setup() {
    const { isDark } = useData();
    // One after the other: mermaid keeps a drawing's state on its element.
    let drawing = Promise.resolve();
    const again = () => {
      drawing = drawing.then(nextTick).then(() => draw(isDark.value));
    };
    onMounted(again);
    onContentUpdated(again);
    watch(isDark, again);
  },
};
