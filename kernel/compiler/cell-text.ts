import ts from 'typescript';

/** Text that was put in at a place. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** A cell's text as TypeScript is to read it. */
export interface CellText {
  readonly text: string;
  /** What was put in, at its places in this text; places behind it are further than in the user's. */
  readonly inserted: readonly Insertion[];
  /** The text before types were opened, when that was done; see `open-types.ts`. */
  readonly closed?: CellText;
  /** Whether it is TypeScript with JSX in it: the two differ in what `<` means. */
  readonly jsx: boolean;
}

/** Whether a statement may begin with a brace, so that it is worth looking. */
const brace = /(?:^|[\n;}]|\*\/)\s*\{/;
const tag = /<\s*(?:[\p{ID_Start}$_]|>)/u;

/** The statement before may have no semicolon, and an object in parentheses would be its argument. */
const opening = ';(';

/** Where a place in the text is in the user's code. */
export function inCode({ inserted }: Pick<CellText, 'inserted'>, at: number): number {
  const before = inserted.map(({ at: start, text }) => Math.max(0, Math.min(text.length, at - start)));
  return before.reduce((left, length) => left - length, at);
}

/** Where a place in a text whose types were opened was before. */
export function inClosed({ inserted, closed }: CellText, at: number): number {
  return closed ? inCode({ inserted: inserted.filter(({ text }) => text !== opening) }, at) : at;
}

/** Puts more into a text, at places in it, in their order. */
export function opened(closed: CellText, insertions: readonly Insertion[]): CellText {
  const inserted: Insertion[] = [];
  let [text, done, shift] = ['', 0, 0];
  for (const { at, text: more } of insertions) {
    text += closed.text.slice(done, at) + more;
    inserted.push({ at: at + shift, text: more });
    [done, shift] = [at, shift + more.length];
  }
  const moved = closed.inserted.map((one) => {
    const before = insertions.filter(({ at }) => at < one.at).reduce((sum, { text: { length } }) => sum + length, 0);
    return { ...one, at: one.at + before };
  });
  const all = [...moved, ...inserted].sort((a, b) => a.at - b.at);
  return { text: text + closed.text.slice(done), inserted: all, jsx: closed.jsx, closed };
}

/** Code as it is, but for a first line that is for the shell. */
export function plainText(code: string): CellText {
  const text = code.replace(/^#!/, '//');
  return { text, inserted: [], jsx: tag.test(text) && readsBetterAsJsx(text) };
}

/**
 * What a notebook allows beside TypeScript: a first line for the shell, and an object as last statement without
 * parentheses.
 */
export function cellText(code: string): CellText {
  const plain = plainText(code);
  const { text, jsx } = plain;
  if (!brace.test(text)) return plain;
  const file = parse(plain);
  // With more than one property the parser is lost after the first, and sees statements that are none.
  const starts = file.statements.filter(ts.isBlock).map((block) => block.getStart(file));
  const at = starts.findLast((start) => isObject(text.slice(start), jsx));
  if (at === undefined || errors(parse({ text: text.slice(0, at), jsx })) > 0) return plain;
  return { text: `${text.slice(0, at)}${opening}${text.slice(at)}\n)`, inserted: [{ at, text: opening }], jsx };
}

/** Whether what a block begins is, to the end of the cell, an object. */
function isObject(text: string, jsx: boolean): boolean {
  const file = parse({ text: `(${text}\n)`, jsx });
  const [first] = file.statements;
  return (
    file.statements.length === 1 &&
    errors(file) === 0 &&
    ts.isExpressionStatement(first) &&
    ts.isParenthesizedExpression(first.expression) &&
    ts.isObjectLiteralExpression(first.expression.expression)
  );
}

function readsBetterAsJsx(text: string): boolean {
  const plain = errors(parse({ text, jsx: false }));
  return plain > 0 && errors(parse({ text, jsx: true })) < plain;
}

/** The syntax of a cell, which is a module: `await` is an operator. */
export function parse({ text, jsx }: Pick<CellText, 'text' | 'jsx'>): ts.SourceFile {
  const options = { languageVersion: ts.ScriptTarget.ES2022, setExternalModuleIndicator: asModule };
  return ts.createSourceFile(jsx ? 'cell.tsx' : 'cell.ts', text, options, false);
}

function asModule(file: ts.SourceFile): void {
  Object.assign(file, { externalModuleIndicator: true });
}

function errors(file: ts.SourceFile): number {
  return (file as ts.SourceFile & { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics.length;
}
