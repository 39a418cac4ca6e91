/** The site as VitePress builds it; `relative.mjs` then makes it one for any folder. */
import { readFileSync } from 'node:fs';
import { anchorOf } from './anchors.mjs';

const { sidebar, version } = JSON.parse(readFileSync(new URL('./contents.json', import.meta.url), 'utf8'));

/** Diagrams are drawn by the reader's browser from their text, which those without scripts read. */
function mermaid(md) {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    if (info.trim() !== 'mermaid') return fence(tokens, index, ...rest);
    return `<pre class="mermaid" tabindex="0" v-pre>${md.utils.escapeHtml(content)}</pre>`;
  };
}

/** Wide tables scroll, by keyboard too; a corner without a word heads nothing. */
function tables(md) {
  const { rules } = md.renderer;
  rules.table_open = () => '<table tabindex="0">\n';
  const cell = (tokens, index, content, tag, options, self) =>
    tokens[content].content === '' ? tag : self.renderToken(tokens, index, options);
  rules.th_open = (tokens, index, options, _, self) => cell(tokens, index, index + 1, '<td>', options, self);
  rules.th_close = (tokens, index, options, _, self) => cell(tokens, index, index - 1, '</td>', options, self);
}

export default {
  lang: 'en',
  title: 'Spikelab',
  description: 'Spiking neural networks in TypeScript notebooks',
  base: '/__site__/',
  srcExclude: ['public/**'],
  head: [['meta', { name: 'generator', content: `Spikelab ${version}` }]],
  // What the API's pages are made by runs later; links.mjs looks at every link of the whole.
  ignoreDeadLinks: true,
  markdown: {
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (md) => {
      mermaid(md);
      tables(md);
    },
  },
  themeConfig: {
    siteTitle: `Spikelab ${version}`,
    nav: [
      { text: 'Documentation', link: '/docs/index' },
      { text: 'API', link: '/api/index.html', target: '_self' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
  },
};
