/**
 * Packages that ask at a terminal, in our kernel: through Jupyter's input request, and refused at once where the front
 * end has none.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { venvProgram } from '../../scripts/setup/python.mjs';
import { root, run } from '../kernel/specs.mjs';

/** What each asks, what is answered, and what must come of it. */
export const askers = {
  prompts: {
    code: "import prompts from 'prompts'; JSON.stringify(await prompts([{ type: 'text', name: 'a', message: 'A?' }, { type: 'number', name: 'n', message: 'N?' }, { type: 'confirm', name: 'c', message: 'Sure?' }]))",
    answers: ['Ada', '42', 'y'],
    result: `'{"a":"Ada","n":42,"c":true}'`,
  },
  inquirer: {
    code: "import inquirer from 'inquirer'; JSON.stringify(await inquirer.prompt([{ type: 'input', name: 'a', message: 'A?' }, { type: 'confirm', name: 'c', message: 'Sure?' }]))",
    answers: ['Bob', 'n'],
    result: `'{"a":"Bob","c":false}'`,
  },
  '@inquirer/prompts': {
    code: "import { input, number } from '@inquirer/prompts'; JSON.stringify([await input({ message: 'A?' }), await number({ message: 'N?' })])",
    answers: ['Eve', '7'],
    result: `'["Eve",7]'`,
  },
  enquirer: {
    code: "import Enquirer from 'enquirer'; JSON.stringify(await (Enquirer as any).prompt({ type: 'input', name: 'u', message: 'User?' }))",
    answers: ['Zoe'],
    result: `'{"u":"Zoe"}'`,
  },
};

/** @returns by package what came of it with answers and without, and whether both are right */
export function askedPackages(kernels, folder, work) {
  const list = join(work, 'asking.json');
  writeFileSync(list, JSON.stringify(askers));
  const shown = JSON.parse(
    run(venvProgram('python'), [join(root, 'bench/packages/asking.py'), kernels, folder, list])
      .trim()
      .split('\n')
      .at(-1),
  );
  return Object.fromEntries(
    Object.entries(shown).map(([name, { answered, refused }]) => [
      name,
      {
        right: answered.result === askers[name].result && /allow_stdin is false/.test(refused.error ?? ''),
        answered: answered.result ?? answered.error,
        refused: refused.error ?? refused.result,
      },
    ]),
  );
}
