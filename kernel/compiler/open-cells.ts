import type ts from 'typescript';
import { opened, plainText, type CellText } from './cell-text.js';
import type { NotebookProgram, PlacedCell } from './notebook-program.js';
import { openings } from './open-types.js';

/** Whether the project asks for the strictness that closes types: then nothing is opened. */
function asksForIt({ surroundings }: NotebookProgram): boolean {
  const { strict, strictNullChecks } = surroundings.config.options;
  return strictNullChecks === true || (strict === true && strictNullChecks !== false);
}

/** The text of a placed cell with its types opened, if there is something to open. */
export function withOpenTypes(
  program: NotebookProgram,
  { path, offset, source, globals }: PlacedCell,
): CellText | undefined {
  const checked = asksForIt(program) ? undefined : program.service.getProgram();
  const file = checked?.getSourceFile(path);
  if (!checked || !file || globals.text.length !== source.text.length) return undefined;
  const found = openings(file, checked.getTypeChecker(), offset).map((one) => ({ ...one, at: one.at - offset }));
  return found.length > 0 ? opened(source, found) : undefined;
}

/**
 * Opens the types of earlier cells, which had nothing to store yet: `const history = { loss: [] }`, and `push` in the
 * next cell. Takes it back if that does not spare the errors that `check` finds.
 * @returns the errors that are left
 */
export function withEarlierOpen(
  program: NotebookProgram,
  before: ts.Diagnostic[],
  check: () => ts.Diagnostic[],
): ts.Diagnostic[] {
  const checked = asksForIt(program) || program.closed.size === 0 ? undefined : program.service.getProgram();
  if (!checked) return before;
  const texts = new Map<string, string>();
  for (const path of program.closed) {
    const file = checked.getSourceFile(path);
    if (!file) continue; // nobody names anything of it
    const found = openings(file, checked.getTypeChecker(), 0);
    if (found.length === 0) program.closed.delete(path);
    else {
      texts.set(path, file.text);
      program.host.setCell(path, opened(plainText(file.text), found).text);
    }
  }
  if (texts.size === 0) return before;
  const left = check();
  const isBetter = left.length < before.length;
  for (const [path, text] of texts)
    if (isBetter) program.closed.delete(path);
    else program.host.setCell(path, text);
  return isBetter ? left : before;
}
