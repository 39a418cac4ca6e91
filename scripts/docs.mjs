/**
 * `npm run docs`: the documentation and the public API as a site in `site/`: pages by VitePress, the reference by
 * TypeDoc. It is made of files only, and fetches nothing from elsewhere. Fails at a link to nothing. Code blocks are
 * run by test/notebooks/pages.test.ts.
 *
 * VitePress and Mermaid are installed into runs/docs at the first run (about 250 MB, half a minute): every set-up of a
 * clone would take them along else.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { checkSite } from './docs/links.mjs';
import { makeRelative } from './docs/relative.mjs';
import { stage } from './docs/stage.mjs';
import { root } from './setup/files.mjs';

const [site, tools] = [join(root, 'site'), join(root, 'runs/docs')];
const pages = join(tools, 'pages');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function fail(...problems) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: tools,
    env: { ...process.env, VITE_EXTRA_EXTENSIONS: 'ipynb,cff' }, // files beside the pages, no pages
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`error: ${program} ${args.join(' ')} ended with ${status ?? error}`);
}

function install() {
  mkdirSync(tools, { recursive: true });
  const lock = join(root, 'scripts/docs/site/package-lock.json');
  const installed = join(tools, 'package-lock.json');
  const complete = join(tools, 'node_modules/.package-lock.json');
  if (existsSync(complete) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.log('Installing VitePress into runs/docs');
  cpSync(join(root, 'scripts/docs/site/package.json'), join(tools, 'package.json'));
  cpSync(lock, installed);
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']);
}

async function makeApi() {
  const app = await Application.bootstrapWithPlugins({
    name: 'Spikelab API',
    entryPoints: [join(root, 'src/index.ts')],
    tsconfig: join(root, 'tsconfig.json'),
    readme: 'none',
    out: join(site, 'api'),
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    githubPages: false,
    hideGenerator: true,
    highlightLanguages: ['bash', 'js', 'json', 'sh', 'typescript', 'python'],
    navigationLinks: { Documentation: '../index.html' },
    skipErrorChecking: true,
    includeVersion: true,
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
  });
  const project = await app.convert();
  if (!project) process.exit(1);
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) process.exit(1);
}

install();
stage(pages, version);
mkdirSync(join(pages, 'public'), { recursive: true });
cpSync(join(tools, 'node_modules/mermaid/dist/mermaid.min.js'), join(pages, 'public/mermaid.js'));
rmSync(site, { recursive: true, force: true });
run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build', 'pages', '--outDir', site]);
makeRelative(site);
await makeApi();
const { pages: count, links, problems } = checkSite(site);
if (problems.length > 0) fail(...problems);
console.log(`site/index.html: ${count} pages, ${links} links within the site, nothing fetched from outside`);
