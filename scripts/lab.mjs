/**
 * `npm run lab`: the set-up, then JupyterLab from `.venv` with the quickstart notebook open. Ctrl-C ends it without a
 * question. Arguments go to JupyterLab, for instance `npm run lab -- --no-browser --port 8889`.
 */
import { orExplain, setUp } from './setup.mjs';
import { root } from './setup/files.mjs';
import { venvProgram } from './setup/python.mjs';
import { follow } from './setup/run.mjs';

await orExplain(async () => {
  await setUp();
  console.log('JupyterLab is starting with notebooks/quickstart.ipynb; Ctrl-C ends it');
  // The address, not a file argument: so every address that JupyterLab prints opens the notebook, with and without a
  // browser.
  const options = [
    '--LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb',
    `--ServerApp.root_dir=${root}`,
    '--ServerApp.answer_yes=True',
    '--log-level=WARN',
  ];
  if (process.getuid?.() === 0) options.push('--allow-root');
  const code = await follow(venvProgram('jupyter-lab'), [...options, ...process.argv.slice(2)]);
  return code === 130 ? 0 : code;
});
