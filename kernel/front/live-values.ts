import type { Runtime } from 'node:inspector';
import type { Completion, Inspection } from '../compiler/cell-compiler.js';
import { previewText, typeName } from '../debugger/preview.js';
import type { Inspector } from '../common/inspector.js';
import { runtimeName } from '../common/runtime-names.js';

/** Milliseconds that a look at the running code may take: what it finds is an addition to what the types say. */
const patienceMs = 100;

/** A name, or names and indices joined: what can be looked at without calling anything. */
const path = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*\??\.\s*[\p{ID_Start}$_][\p{ID_Continue}$]*|\[(?:\d+|'[^'\\\n]*'|"[^"\\\n]*")\])*`;
const member = new RegExp(String.raw`(?<![\p{ID_Continue}$.\])])(${path})\s*\??\.\s*([\p{ID_Continue}$]*)$`, 'u');
const wholePath = new RegExp(String.raw`(?<![\p{ID_Continue}$.\])])(${path})$`, 'u');

/**
 * Looks at values in the execution child, also while a cell computes. Nothing is called: neither getters nor proxies'
 * traps.
 */
export class LiveValues {
  constructor(private readonly inspector: Inspector) {}

  /** The members of the value before `cursor` (UTF-16 index), for code whose types do not know them. */
  async complete(code: string, cursor: number): Promise<Completion | undefined> {
    const [, object, typed] = member.exec(code.slice(0, cursor)) ?? [];
    if (object === undefined || typed === undefined) return undefined;
    const found = await this.look(`${runtimeName}.members(${object})`, { returnByValue: true });
    const names = Array.isArray(found?.value) ? (found.value as [name: string, kind: string][]) : [];
    const entries = names
      .filter(([name]) => name.toLowerCase().startsWith(typed.toLowerCase()))
      .map(([text, kind]) => ({ text, kind }));
    return { start: cursor - typed.length, end: cursor, entries };
  }

  /** The value of the name at `cursor`, in one line. */
  async inspect(code: string, cursor: number): Promise<Inspection | undefined> {
    const rest = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))![0];
    const [, expression] = wholePath.exec(code.slice(0, cursor) + rest) ?? [];
    const value = expression === undefined ? undefined : await this.look(expression, { generatePreview: true });
    if (!value || value.type === 'undefined') return undefined;
    const text = `${expression}: ${typeName(value)} = ${previewText(value)}`;
    return { text, markdown: `\`\`\`typescript\n${text}\n\`\`\`` };
  }

  private async look(expression: string, options: object): Promise<Runtime.RemoteObject | undefined> {
    try {
      const asked = {
        expression,
        silent: true,
        throwOnSideEffect: true,
        disableBreaks: true,
        timeout: patienceMs,
        objectGroup: 'look',
        ...options,
      };
      const { result, exceptionDetails } = await this.inspector.send<Runtime.EvaluateReturnType>(
        'Runtime.evaluate',
        asked,
        patienceMs,
      );
      if (result.objectId !== undefined)
        this.inspector.send('Runtime.releaseObjectGroup', { objectGroup: 'look' }).catch(() => {});
      return exceptionDetails ? undefined : result;
    } catch {
      return undefined; // native code lets nothing through
    }
  }
}
