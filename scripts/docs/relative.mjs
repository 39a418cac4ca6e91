/**
 * Makes a site that was built for `/__site__/` one for whatever folder it lies in: links of pages become relative, and
 * scripts ask the page where the site begins. Pages can then be read from a file server, from any of its folders, and
 * (without search) from a disk.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const base = '/__site__/';
const attribute = new RegExp(`(href|src)="${base}([^"]*)"`, 'g');

function page(text, up) {
  const links = text.replaceAll(attribute, (_, name, rest) => {
    const [path, hash = ''] = rest.split('#');
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    return `${name}="${up}${file}${hash && `#${hash}`}"`;
  });
  const begin = `<script>globalThis.siteBase = new URL("${up || './'}", location.href).pathname;</script>`;
  return links
    .replace('<head>', `<head>\n    ${begin}`)
    .replaceAll(`\\"base\\":\\"${base}\\"`, `\\"base\\":\\""+globalThis.siteBase+"\\"`);
}

function script(text) {
  // The search index is one text in single quotes, in which our base stands in double ones.
  if (text.includes('"documentIds":{')) return text.replaceAll(base, `'+globalThis.siteBase+'`);
  return text.replaceAll(new RegExp(`"${base}([^"]*)"`, 'g'), '(globalThis.siteBase+"$1")');
}

/** @throws Error when something of the old base is left in a script */
export function makeRelative(site) {
  for (const name of readdirSync(site, { recursive: true }).map(String)) {
    const file = join(site, name);
    if (!/\.(html|js)$/.test(name)) continue;
    const before = readFileSync(file, 'utf8');
    const to = relative(dirname(file), site).replaceAll('\\', '/');
    const after = name.endsWith('.js') ? script(before) : page(before, to && `${to}/`);
    if (name.endsWith('.js') && after.includes(base))
      throw new Error(`${name} names ${base} in a way that is not known`);
    if (after !== before) writeFileSync(file, after);
  }
}
