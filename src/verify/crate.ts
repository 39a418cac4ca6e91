/** What `verify-run` makes of a bundle's metadata: it is made again from the records and the files that it lists. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../experiment/check.js';
import { describeFile } from '../bundle/bundle.js';
import { crateFile, crateOf, readmeFile } from '../bundle/crate.js';
import { listedFiles, readCrate } from '../bundle/crate-files.js';
import { creditsIn, requireCredits } from '../bundle/credits.js';
import { derivedKinds } from '../bundle/derived.js';
import { differing, plain, short } from './differing.js';
import { commandsOf, earlierCommand, type PackedRun } from '../bundle/workflow.js';

type Entity = Readonly<Record<string, unknown>>;

/** What of it no record can tell. */
export const untold = 'authors, licence and dates';

/** Files that it lists and no bundle has: what it says of them, and they themselves, is told by nobody else. */
export async function strangers(folder: string): Promise<string[]> {
  const listed = await listedFiles(path.join(folder, crateFile));
  return listed.map(({ name }) => name).filter((name) => describeFile(name) === undefined);
}

/** The first difference in words; undefined without any but in {@link untold}. */
export async function crateDiffers(folder: string, packed: readonly PackedRun[]): Promise<string | undefined> {
  const file = path.join(folder, crateFile);
  const said = await readCrate(file);
  const found = said['@graph'].filter(isObject) as Entity[];
  const entity = (id: string): Entity => found.find((one) => one['@id'] === id) ?? {};
  const listed = await listedFiles(file);
  const missing = Object.keys(derivedKinds).find(
    (name) => name !== readmeFile && !listed.some((one) => one.name === name),
  );
  if (missing !== undefined) return `${missing} is not listed, which every bundle has`;
  const files = await Promise.all(
    listed.map(async ({ name, recorded }) => {
      const { encodingFormat, description, contentSize } = entity(name);
      // Of one that is not there its sha256 tells.
      const { size } = await stat(path.join(folder, name)).catch(() => ({ size: Number(contentSize) }));
      const known = describeFile(name) ?? ([encodingFormat, description] as readonly [string, string]);
      return { path: name, bytes: size, sha256: recorded, type: known[0], what: known[1] };
    }),
  );
  const root = entity('./');
  const credits = creditsIn(found);
  try {
    requireCredits(credits);
  } catch (error) {
    return (error as Error).message;
  }
  const [made, ended] = [root['datePublished'], entity('#run')['endTime']].map((date) => new Date(String(date)));
  if ([made, ended].some((date) => Number.isNaN(date.getTime()))) return 'its dates are none';
  const own = entity('#run')['description'];
  const earlier = earlierCommand(packed, String(own));
  const command = earlier !== undefined && own === earlier ? earlier : commandsOf(packed).join('\n');
  const runs = packed.map(({ run }) => run);
  const expected = plain(crateOf({ runs, command, files, ...credits, ended, made }));
  const byId = (graph: readonly Entity[]): object => Object.fromEntries(graph.map((one) => [String(one['@id']), one]));
  if (new Set(found.map((one) => one['@id'])).size < said['@graph'].length) return 'an entity stands in it twice';
  const [other] = differing(
    { ...said, '@graph': byId(found) },
    { ...expected, '@graph': byId(expected['@graph'] as Entity[]) },
  );
  return (
    other && `${other.path.replace('@graph.', '')} ${short(other.found)}, but the records have ${short(other.expected)}`
  );
}
