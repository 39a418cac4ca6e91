/**
 * `npm run docs`: the documentation as a site in `site/`, from docs/, the README and the docstrings of the public API; by TypeDoc. It is made of
 * files only, needs no server and nothing from outside. Fails at a link to nothing. Its code blocks are run by test/notebooks/pages.test.ts.
 */
import { join } from 'node:path';
import { Application } from 'typedoc';
import { pages } from './docs/blocks.mjs';
import { checkSite } from './docs/links.mjs';
import { root } from './setup/files.mjs';

function fail(problems) {
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
}

const site = join(root, 'site');
const app = await Application.bootstrapWithPlugins({
  name: 'Spikelab',
  entryPoints: [join(root, 'src/index.ts')],
  tsconfig: join(root, 'tsconfig.json'),
  readme: join(root, 'README.md'),
  projectDocuments: pages()
    .filter((file) => file !== 'README.md')
    .map((file) => join(root, file)),
  out: site,
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  githubPages: false,
  hideGenerator: true,
  highlightLanguages: ['bash', 'json', 'sh', 'typescript', 'python', 'mermaid', 'csv', 'html'],
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
const made = checkSite(site);
fail(made.problems);
console.log(`site/index.html: ${made.pages} pages, ${made.links} links within the site, nothing fetched from outside`);
