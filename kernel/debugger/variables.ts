import type { Debugger, Runtime } from 'node:inspector';
import type { Inspector } from '../common/inspector.js';
import { userName } from '../common/runtime-names.js';
import type { DapVariable } from './dap.js';
import { longestText, namesExpression, partsFunction } from './parts.js';
import { previewText } from './preview.js';

/** Parts of a value that are listed at once; more come in groups. */
const pageLength = 100;
/** Properties of an object that are read at all. */
const mostProperties = 1000;

/** Values of one pause, or of one look at the globals: forgotten together. */
export type ObjectGroup = 'pause' | 'globals';

/** What a variables reference stands for. */
interface Parts {
  readonly group: ObjectGroup;
  readonly objectId: string;
  /** The first part and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Whether the parts have indices; else they are properties. */
  readonly indexed: boolean;
  /** The frame whose scope this is: its variables can be set by assignment. */
  readonly frame?: Debugger.CallFrame | undefined;
}

/** Values as the debugger shows them: by reference, part by part. */
export class Variables {
  private readonly references = new Map<number, Parts>();
  private counter = 0;

  constructor(private readonly inspector: Inspector) {}

  /** Forgets the references of a group: after a pause they mean nothing. */
  async clear(objectGroup: ObjectGroup): Promise<void> {
    for (const [reference, { group }] of this.references) if (group === objectGroup) this.references.delete(reference);
    await this.inspector.send('Runtime.releaseObjectGroup', { objectGroup });
  }

  /** The variables of all cells. */
  async globals(): Promise<DapVariable[]> {
    const { names } = await this.inspector.send<Runtime.GlobalLexicalScopeNamesReturnType>(
      'Runtime.globalLexicalScopeNames',
    );
    await this.clear('globals');
    const { result } = await this.inspector.send<Runtime.EvaluateReturnType>('Runtime.evaluate', {
      expression: namesExpression(names),
      silent: true,
      objectGroup: 'globals',
    });
    return this.listProperties(result.objectId!, 'globals');
  }

  /** A reference to the variables of a scope. */
  ofScope(scope: Debugger.Scope, frame: Debugger.CallFrame): number {
    return this.refer({
      group: 'pause',
      objectId: scope.object.objectId!,
      start: 0,
      end: mostProperties,
      indexed: false,
      frame,
    });
  }

  /** The parts that a reference stands for. @throws Error when the reference is of an earlier pause */
  async list(reference: number, start = 0, count?: number): Promise<DapVariable[]> {
    const parts = this.known(reference);
    const from = Math.min(parts.start + Math.max(0, start), parts.end);
    const to = count === undefined || count === 0 ? parts.end : Math.min(from + count, parts.end);
    if (parts.indexed && to - from > pageLength) return this.pages(parts, from, to);
    const { result, exceptionDetails } = await this.inspector.send<Runtime.CallFunctionOnReturnType>(
      'Runtime.callFunctionOn',
      {
        objectId: parts.objectId,
        functionDeclaration: partsFunction,
        arguments: [from, to, longestText].map((value) => ({ value })),
        silent: true,
        objectGroup: parts.group,
      },
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return this.listProperties(result.objectId!, parts.group);
  }

  /** One value as a variable. */
  variable(name: string, value: Runtime.RemoteObject, group: ObjectGroup): DapVariable {
    const shown = { name, value: previewText(value), evaluateName: name };
    // The parts of a proxy are whatever its traps do.
    if (value.objectId === undefined || value.subtype === 'proxy') return { ...shown, variablesReference: 0 };
    const length = lengthOf(value);
    const variablesReference = this.refer({
      group,
      objectId: value.objectId,
      start: 0,
      end: length ?? mostProperties,
      indexed: length !== undefined,
    });
    return { ...shown, variablesReference, ...(length !== undefined && { indexedVariables: length }) };
  }

  /** Gives a part of a value a new value; returns how it then shows. */
  async set(reference: number, name: string, expression: string, frame: Debugger.CallFrame): Promise<DapVariable> {
    const { objectId, group, frame: scopeFrame } = this.known(reference);
    const evaluate = async (code: string): Promise<Runtime.RemoteObject> => {
      const { result, exceptionDetails } = await this.inspector.send<Debugger.EvaluateOnCallFrameReturnType>(
        'Debugger.evaluateOnCallFrame',
        {
          callFrameId: (scopeFrame ?? frame).callFrameId,
          expression: code,
          silent: true,
          generatePreview: true,
          objectGroup: group,
        },
      );
      if (exceptionDetails)
        throw new Error(exceptionDetails.exception?.description?.split('\n')[0] ?? exceptionDetails.text);
      return result;
    };
    if (scopeFrame) return this.variable(name, await evaluate(`${name} = (${expression})`), group);
    const value = await evaluate(`(${expression})`);
    const argument =
      value.objectId === undefined
        ? {
            value: value.value as unknown,
            ...(value.unserializableValue && { unserializableValue: value.unserializableValue }),
          }
        : { objectId: value.objectId };
    await this.inspector.send('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: 'function (name, value) { this[name] = value }',
      arguments: [{ value: name }, argument],
      silent: true,
    });
    return this.variable(name, value, group);
  }

  /** A long list in pages, pages of pages when it is very long. */
  private pages(parts: Parts, from: number, to: number): DapVariable[] {
    let size = pageLength;
    while ((to - from) / size > pageLength) size *= pageLength;
    const pages: DapVariable[] = [];
    for (let start = from; start < to; start += size) {
      const end = Math.min(start + size, to);
      pages.push({
        name: `[${start} … ${end - 1}]`,
        value: '',
        variablesReference: this.refer({ ...parts, start, end }),
      });
    }
    return pages;
  }

  private async listProperties(objectId: string, group: ObjectGroup): Promise<DapVariable[]> {
    const { result } = await this.inspector.send<Runtime.GetPropertiesReturnType>('Runtime.getProperties', {
      objectId,
      ownProperties: true,
      generatePreview: true,
    });
    return result.map(({ name, value }) =>
      value ? this.variable(userName(name), value, group) : { name, value: '[Getter]', variablesReference: 0 },
    );
  }

  private refer(parts: Parts): number {
    this.references.set(++this.counter, parts);
    return this.counter;
  }

  private known(reference: number): Parts {
    const parts = this.references.get(reference);
    if (!parts)
      throw new Error(
        `The variables reference ${reference} is not known: it belonged to an earlier pause or look. Ask for the variables again.`,
      );
    return parts;
  }
}

/** How many indices a value has, from V8's description of it: `Float32Array(784)`. */
function lengthOf({ subtype, description }: Runtime.RemoteObject): number | undefined {
  if (subtype !== 'array' && subtype !== 'typedarray' && subtype !== 'map' && subtype !== 'set') return undefined;
  const length = /\((\d+)\)$/.exec(description ?? '');
  return length ? Number(length[1]) : undefined;
}
