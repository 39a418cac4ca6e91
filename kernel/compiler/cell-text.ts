import ts from 'typescript';

/** A cell's text as TypeScript is to read it. */
export interface CellText {
  readonly text: string;
  /** Where `;(` was put in; places behind it are two further than in the user's text. */
  readonly inserted: number | undefined;
  /** Whether it is TypeScript with JSX in it: the two differ in what `<` means. */
  readonly jsx: boolean;
}

/** Whether a statement may begin with a brace, so that it is worth looking. */
const brace = /(?:^|[\n;}]|\*\/)\s*\{/;
const tag = /<\s*(?:[\p{ID_Start}$_]|>)/u;

/** The statement before may have no semicolon, and an object in parentheses would be its argument. */
const opening = ';(';

/** Where a place in the text is in the user's code. */
export function inCode({ inserted }: CellText, at: number): number {
  return inserted === undefined || at <= inserted ? at : Math.max(inserted, at - opening.length);
}

/** Code as it is, but for a first line that is for the shell. */
export function plainText(code: string): CellText {
  const text = code.replace(/^#!/, '//');
  return { text, inserted: undefined, jsx: tag.test(text) && readsBetterAsJsx(text) };
}

/** What a notebook allows beside TypeScript: a first line for the shell, and an object as last statement without parentheses. */
export function cellText(code: string): CellText {
  const plain = plainText(code);
  const { text, jsx } = plain;
  if (!brace.test(text)) return plain;
  const file = parse(plain);
  // With more than one property the parser is lost after the first, and sees statements that are none.
  const starts = file.statements.filter(ts.isBlock).map((block) => block.getStart(file));
  const at = starts.findLast((start) => isObject(text.slice(start), jsx));
  if (at === undefined || errors(parse({ text: text.slice(0, at), jsx })) > 0) return plain;
  return { text: `${text.slice(0, at)}${opening}${text.slice(at)}\n)`, inserted: at, jsx };
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
