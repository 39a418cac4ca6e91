/**
 * Links of a site that is made of files: each leads to a file and a place that exist, and no page fetches anything from
 * elsewhere.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const attribute = /<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/g;
const decode = (text) => decodeURIComponent(text.replaceAll('&amp;', '&').replaceAll('&quot;', '"'));

/** @returns {{ pages: number, links: number, problems: string[] }} */
export function checkSite(site) {
  const files = readdirSync(site, { recursive: true }).map((file) => join(site, file));
  const texts = new Map(
    files.filter((file) => file.endsWith('.html')).map((file) => [file, readFileSync(file, 'utf8')]),
  );
  const problems = [];
  let links = 0;
  const has = (file, id) => texts.get(file)?.includes(` id="${id}"`) ?? true;
  for (const [file, text] of texts) {
    const page = relative(site, file);
    for (const [, element, kind, target] of text.matchAll(attribute)) {
      if (/^(https?:)?\/\//.test(target)) {
        if (element !== 'a') problems.push(`${page} fetches ${target}`);
        continue;
      }
      if (/^(mailto|data):/.test(target) || target === '#' || target === '') continue;
      links++;
      const [path, id] = target.split('#');
      const goal = path === '' ? file : resolve(dirname(file), decode(path));
      const found = existsSync(goal) && (statSync(goal).isFile() || existsSync(join(goal, 'index.html')));
      if (!found) problems.push(`${page}: ${kind} "${target}" leads to nothing`);
      else if (id && !has(goal, decode(id))) problems.push(`${page}: there is no #${id} in "${path || page}"`);
    }
  }
  for (const file of files.filter((one) => one.endsWith('.css')))
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/url\(\s*["']?(?:https?:)?(\/\/[^"')]+)/g))
      problems.push(`${relative(site, file)} fetches ${target}`);
  return { pages: texts.size, links, problems: [...new Set(problems)] };
}
