/**
 * The floors of `.dependency-cruiser.mjs` as a Mermaid picture, which GitHub draws, in docs/architecture.md.
 *
 *     node scripts/floors-drawing.mjs        writes the picture anew after the floors changed
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bridges, floors } from '../.dependency-cruiser.mjs';
import { root } from './setup/files.mjs';

export const page = join(root, 'docs/architecture.md');
const marks = ['<!-- floors: made by scripts/floors-drawing.mjs -->', '<!-- end of floors -->'];

const id = (path) => path.replaceAll(/\W/g, '_');
const floorId = (house, floor) => id(`${house}/floor${floor}`);
const floorBox = (rooms) => `["${rooms.map((room) => (room.endsWith('.ts') ? room : `${room}/`)).join(' · ')}"]`;

/** A house, the top floor first, as one sees it, with an arrow from each floor to the next below. */
function houseLines(house, plan) {
  const lines = [`  subgraph ${id(house)}["${house}/"]`, '    direction TB'];
  for (let floor = plan.length - 1; floor >= 0; floor--)
    lines.push(`    ${floorId(house, floor)}${floorBox(plan[floor])}`);
  for (let floor = plan.length - 1; floor > 0; floor--)
    lines.push(`    ${floorId(house, floor)} --> ${floorId(house, floor - 1)}`);
  return [...lines, '  end'];
}

/** The picture of the houses, and below it as text what they share. */
export function drawing(plan = floors, shared = bridges) {
  const houses = Object.entries(plan).flatMap(([house, its]) => houseLines(house, its));
  const uses = shared.map(({ from, to }) => `- \`${from}/\` uses ${to.map((path) => `\`${path}\``).join(', ')}`);
  return ['```mermaid', 'flowchart TB', ...houses, '```', '', 'Between houses only this:', '', ...uses].join('\n');
}

/** The page with its picture replaced. */
export function withDrawing(text, picture) {
  const [start, end] = marks.map((mark) => text.indexOf(mark));
  if (start < 0 || end < start) throw new Error(`docs/architecture.md has no "${marks[0]}" … "${marks[1]}"`);
  return `${text.slice(0, start + marks[0].length)}\n${picture}\n${text.slice(end)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(page, withDrawing(readFileSync(page, 'utf8'), drawing()));
}
