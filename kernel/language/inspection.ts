import ts from 'typescript';
import type { Inspection } from './cell-compiler.js';
import type { NotebookProgram } from './notebook-program.js';

/** What is known about the name at `cursor`, or about the function whose arguments are being typed there. */
export function inspectAt(program: NotebookProgram, code: string, cursor: number, detail: 0 | 1): Inspection | undefined {
  const cell = program.placeCandidate(code);
  const service = program.service;
  const at = cell.offset + cursor;
  const quick = service.getQuickInfoAtPosition(cell.path, at) ?? (cursor > 0 ? service.getQuickInfoAtPosition(cell.path, at - 1) : undefined);
  if (quick) return describe(ts.displayPartsToString(quick.displayParts), ts.displayPartsToString(quick.documentation), quick.tags, detail);

  const help = service.getSignatureHelpItems(cell.path, at, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const parameters = item.parameters.map((parameter) => ts.displayPartsToString(parameter.displayParts)).join(ts.displayPartsToString(item.separatorDisplayParts));
  const signature = ts.displayPartsToString(item.prefixDisplayParts) + parameters + ts.displayPartsToString(item.suffixDisplayParts);
  return describe(signature, ts.displayPartsToString(item.documentation), item.tags, detail);
}

function describe(signature: string, documentation: string, tags: readonly ts.JSDocTagInfo[] | undefined, detail: 0 | 1): Inspection {
  const shown = detail === 0 ? (tags ?? []).filter(({ name }) => name === 'param' || name === 'returns') : (tags ?? []);
  const lines = shown.map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) }));
  const clean = signature.replace(/import\("[^"]*"\)\./g, '').replace(/^\(alias\) /, '').replace(/\nimport [\w$]+$/, '');
  return {
    text: [clean, documentation, ...lines.map(({ name, text }) => `@${name} ${text}`)].filter((part) => part !== '').join('\n\n'),
    markdown: [`\`\`\`typescript\n${clean}\n\`\`\``, documentation, ...lines.map(({ name, text }) => `*@${name}* ${text}`)].filter((part) => part !== '').join('\n\n'),
  };
}
