/**
 * The parts of docs/reference/ that are made from the program itself: commands with their options, image sets with
 * their licences. Needs the build.
 *
 *     node scripts/docs/reference.mjs
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { registry } from '../../dist/src/data/registry/registry.js';
import { root, writeAtomically } from '../setup/files.mjs';

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;

const sentence = (text) => text[0].toUpperCase() + text.slice(1);

/** Every command, as the command line itself registers it. */
async function commands() {
  const program = new Command('spikelab');
  const folder = join(root, 'dist/src/cli');
  for (const file of readdirSync(join(root, 'src/cli')).sort()) {
    if (!file.endsWith('.ts') || file === 'main.ts' || file.endsWith('.test.ts')) continue;
    const room = await import(pathToFileURL(join(folder, file.replace(/ts$/, 'js'))));
    for (const [name, register] of Object.entries(room)) if (/^register\w*Commands?$/.test(name)) register(program);
  }
  const all = (command) => [command, ...command.commands.flatMap(all)];
  return all(program)
    .slice(1)
    .filter(({ commands }) => commands.length === 0)
    .map((command) => ({ name: fullName(command), command }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const fullName = (command) =>
  command.parent?.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();

function defaultOf({ defaultValue, defaultValueDescription }) {
  if (defaultValueDescription !== undefined) return ` (default: ${defaultValueDescription})`;
  const none =
    defaultValue === undefined || defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
  return none ? '' : ` (default: ${JSON.stringify(defaultValue)})`;
}

function sectionOf({ name, command }) {
  const rows = [...command.registeredArguments, ...command.options].map((one) => {
    const named = one.flags ?? `<${one.name()}>`;
    return `| ${code(named)} | ${cell(one.description + defaultOf(one))} |`;
  });
  return [
    `## ${name}`,
    '',
    `${sentence(cell(command.description()))}.`,
    '',
    ...(rows.length > 0 ? ['| | |', '|---|---|', ...rows, ''] : []),
  ].join('\n');
}

const imageSets = () => [
  '| name | what | classes | samples | licence | page |',
  '|---|---|--:|--:|---|---|',
  ...registry.map(({ name, title, classNames, parts, license, home }) => {
    const samples = `${parts.train.count.toLocaleString('en')} + ${parts.test.count.toLocaleString('en')}`;
    return `| ${code(name)} | ${cell(title)} | ${classNames.length} | ${samples} | ${cell(license)} | <${home}> |`;
  }),
];

/** What stands between the marks, by page and mark. */
export async function made() {
  const sections = (await commands()).map(sectionOf);
  return [
    { page: 'docs/reference/command-line.md', mark: 'commands', text: `\n${sections.join('\n')}` },
    { page: 'docs/reference/data-sets.md', mark: 'data sets', text: imageSets().join('\n') },
  ];
}

/** A page with its part as it should be. @throws Error when the page has no place for it */
export function withPart({ page, mark, text }) {
  const place = new RegExp(`(<!-- ${mark}: made by [^>]*-->\\n)[^]*?(<!-- end of ${mark} -->)`);
  const before = readFileSync(join(root, page), 'utf8');
  if (!place.test(before)) throw new Error(`${page} has no place for ${mark}`);
  return { before, after: before.replace(place, (_, start, end) => `${start}${text}\n${end}`) };
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href)
  for (const part of await made()) writeAtomically(join(root, part.page), withPart(part).after);
