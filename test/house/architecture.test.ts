/** `docs/architecture.md` draws the floors that the check holds, and names only what is there. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { floors } from '../../.dependency-cruiser.mjs';
import { drawing, page, withDrawing } from '../../scripts/floors-drawing.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(page, 'utf8');

/**
 * The floors as the page shows them, read from its picture: the boxes of each house along the arrows, from the ground
 * up.
 */
function drawnFloors(): Record<string, string[][]> {
  const picture = /```mermaid\n(flowchart TB\n {2}subgraph src\[[^]*?)```/.exec(text)![1];
  const houses = [...picture.matchAll(/subgraph \w+\["(.*?)\/"\]\n([^]*?)\n {2}end/g)];
  return Object.fromEntries(
    houses.map(([, house, inside]) => {
      const boxes = new Map([...inside.matchAll(/^ *(\w+)\["(.*)"\]$/gm)].map(([, id, label]) => [id, label]));
      const above = new Map([...inside.matchAll(/^ *(\w+) --> (\w+)$/gm)].map(([, from, to]) => [to, from]));
      const lower = [...above.values()];
      let floor = [...boxes.keys()].find((id) => !lower.includes(id));
      const plan: string[][] = [];
      for (; floor !== undefined; floor = above.get(floor))
        plan.push(
          boxes
            .get(floor)!
            .split(' · ')
            .map((room) => room.replace(/\/$/, '')),
        );
      return [house, plan];
    }),
  );
}

describe('docs/architecture.md', () => {
  it('draws the floors of the configuration', () => {
    expect(drawnFloors()).toEqual(floors);
    expect(withDrawing(text, drawing()), 'run node scripts/floors-drawing.mjs').toBe(text);
  });

  it('would not if a room moved', () => {
    const moved = { ...floors, src: [['network'], ['numeric'], ...floors.src.slice(2)] };
    expect(drawnFloors()).not.toEqual(moved);
    expect(withDrawing(text, drawing(moved))).not.toBe(text);
  });

  it('names files and folders that are there', () => {
    const paths = [...text.matchAll(/`((?:src|kernel|extension|test|scripts|bench|notebooks|docs)\/[\w./-]*)`/g)].map(
      ([, path]) => path,
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(`${root}${path}`) && !/NAME/.test(path))).toEqual([]);
  });
});
