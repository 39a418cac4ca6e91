/**
 * A page of headings, paragraphs, tables and pictures, as Markdown and as one self-contained HTML file without scripts.
 */

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Columns after the first are figures, set to the right. */
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'code'; readonly text: string }
  /** In Markdown the file beside the page, in HTML the bytes themselves. */
  | {
      readonly kind: 'picture';
      readonly file: string;
      readonly png: Uint8Array;
      readonly text: string;
      readonly width: number;
    };

export function toMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdownOf).join('\n\n')}\n`;
}

function markdownOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.text}`;
    case 'paragraph':
      return block.text;
    case 'table': {
      const rule = block.head.map((_, column) => (column === 0 ? '---' : '--:'));
      const cells = [block.head, rule, ...block.rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
      return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
    }
    case 'code':
      return `\`\`\`sh\n${block.text}\n\`\`\``;
    case 'picture':
      return `![${block.text}](${block.file})`;
  }
}

const style = [
  'body{font:16px/1.5 "Source Sans 3","Helvetica Neue",Arial,sans-serif;color:#222;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}',
  '.wide{overflow-x:auto}table{border-collapse:collapse}th,td{padding:.3rem .7rem;border-bottom:1px solid #ddd;text-align:right;font-variant-numeric:tabular-nums}',
  'th:first-child,td:first-child{text-align:left}td{overflow-wrap:anywhere}pre{background:#f5f5f5;padding:.7rem;overflow-x:auto}img{max-width:100%;height:auto}',
].join('\n');

/** Refuses scripts, frames and anything from elsewhere, should a text ever slip through. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

export function toHtml(title: string, blocks: readonly Block[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><title>${escapeHtml(title)}</title>`,
    `<style>${style}</style></head><body>`,
    ...blocks.map(htmlOf),
    '</body></html>\n',
  ].join('\n');
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'table':
      return `<div class="wide">${tableHtml(block.head, block.rows)}</div>`;
    case 'code':
      return `<pre>${escapeHtml(block.text)}</pre>`;
    case 'picture':
      return `<img src="data:image/png;base64,${Buffer.from(block.png).toString('base64')}" width="${block.width}" alt="${escapeHtml(block.text)}">`;
  }
}

export function tableHtml(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>\n<thead>${row(head, 'th')}</thead>\n<tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody>\n</table>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
