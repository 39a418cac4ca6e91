/**
 * The pages of the site as VitePress takes them: a copy of the documentation where it lies in the project, with what it
 * links to beside it.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { root } from '../setup/files.mjs';
import { linksOf } from './anchors.mjs';
import { pages } from './blocks.mjs';

const more = ['CONTRIBUTING.md', 'CHANGELOG.md', 'notebooks/classroom/README.md'];
const pictures = ['.png', '.svg', '.gif'];
/** README.md is the first page of the site. */
const staged = (page) => (page === 'README.md' ? 'index.md' : page);
const titleOf = (page) => /^# (.*)$/m.exec(readFileSync(join(root, page), 'utf8'))?.[1] ?? page;

function results() {
  const found = readdirSync(join(root, 'docs/results'), { recursive: true }).map(String);
  return found.filter((file) => file.endsWith('.md')).map((file) => `docs/results/${file.replaceAll('\\', '/')}`);
}

/** Groups of the sidebar: what docs/index.md lists, by its headings; pages that it does not list come last. */
function sidebarOf(all) {
  const text = readFileSync(join(root, 'docs/index.md'), 'utf8');
  const groups = text.split(/^## /m).slice(1);
  const sidebar = groups.map((group) => ({
    text: group.split('\n', 1)[0],
    items: [...new Set(linksOf(group).map((target) => join('docs', target.split('#')[0])))]
      .filter((page) => all.includes(page))
      .map((page) => ({ text: titleOf(page).replaceAll('`', ''), link: `/${staged(page)}` })),
  }));
  const listed = new Set(sidebar.flatMap(({ items }) => items.map(({ link }) => link.slice(1))));
  const others = all.filter((page) => page.startsWith('docs/') && !listed.has(page) && !/results|index/.test(page));
  if (others.length > 0)
    sidebar.push({ text: 'More', items: others.map((page) => ({ text: titleOf(page), link: `/${page}` })) });
  return sidebar;
}

/** Writes pages, pictures and linked files into `folder`. */
export function stage(folder, version) {
  rmSync(folder, { recursive: true, force: true });
  const all = [...pages(), ...results(), ...more];
  for (const page of all) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const target of linksOf(text)) {
      if (/^(https?:|mailto:|#)/.test(target)) continue;
      const file = relative(root, resolve(root, dirname(page), target.split('#')[0]));
      if (!existsSync(join(root, file)) || extname(file) === '.md') continue;
      copy(file, pictures.includes(extname(file)) ? join(folder, file) : join(folder, 'public', named(file)));
    }
    const own = text
      .replaceAll(/(\]\((?:\.\.\/)*)README\.md/g, (whole, before) =>
        leadsToRoot(page, before) ? `${before}index.md` : whole,
      )
      .replaceAll(/\]\(((?:\.\.\/)*LICENSE)\)/g, ']($1.txt)');
    mkdirSync(dirname(join(folder, page)), { recursive: true });
    writeFileSync(join(folder, staged(page)), own);
  }
  const site = join(folder, '.vitepress');
  mkdirSync(join(site, 'theme'), { recursive: true });
  cpSync(join(root, 'scripts/docs/site/config.mjs'), join(site, 'config.mjs'));
  cpSync(join(root, 'scripts/docs/anchors.mjs'), join(site, 'anchors.mjs'));
  cpSync(join(root, 'scripts/docs/site/theme.mjs'), join(site, 'theme/index.mjs'));
  cpSync(join(root, 'scripts/docs/site/site.css'), join(site, 'theme/site.css'));
  writeFileSync(join(site, 'contents.json'), JSON.stringify({ sidebar: sidebarOf(all), version }));
}

const named = (file) => (file === 'LICENSE' ? 'LICENSE.txt' : file);
const leadsToRoot = (page, before) => resolve('/', dirname(page), before.slice(2)) === '/';

function copy(file, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, file), to, { recursive: true });
}
