import ts from 'typescript';
import { madePrefix, spelled } from '../common/runtime-names.js';

/** TypeScript's note about a name that it makes up; the text is found when the file is printed. */
interface Generated {
  readonly flags: number;
  prefix?: string;
}

/** The kind of a name (under this mask) that is made of a node. */
const kinds = 7;
const ofNode = 4;

function generated(name: ts.Identifier): Generated | undefined {
  return (name as { emitNode?: { autoGenerate?: Generated } }).emitNode?.autoGenerate;
}

/** Whether TypeScript makes up a name (`env_1`, `_a`, `A_1`), for a value of its own. */
export function isGenerated(name: ts.Identifier): boolean {
  return generated(name) !== undefined;
}

/**
 * Such a name as one that neither the user nor another cell has: what one cell needs may live longer than the cell. All
 * places of a name get the prefix of the one that is printed first.
 */
export function withoutCollision(name: ts.Identifier, label: string): ts.Identifier {
  const made = generated(name)!;
  const prefix = spelled(madePrefix(label));
  if ((made.flags & kinds) !== ofNode) {
    made.prefix = prefix;
    return name;
  }
  // TypeScript takes no prefix for these. Only a default export, of which there is one, needs a name at the top level.
  const { original } = name as ts.Identifier & { readonly original?: ts.Node };
  const isDefault =
    original && (ts.isClassDeclaration(original) || ts.isFunctionDeclaration(original)) && !original.name;
  return isDefault ? ts.setTextRange(ts.factory.createIdentifier(`${prefix}default_1`), name) : name;
}
