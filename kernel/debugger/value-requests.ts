import type { Debugger as V8, Runtime } from 'node:inspector';
import type { JsonObject } from '../protocol/message.js';
import type { Inspector } from '../common/inspector.js';
import { runtimeName } from '../common/runtime-names.js';
import { integerField, stringField, type DapHandlers, type DapScope } from './dap.js';
import type { DebuggerCompiler } from './compiler.js';
import type { Pauses } from './pauses.js';
import { typeName } from './preview.js';
import type { ObjectGroup, Variables } from './variables.js';

export interface ValueContext {
  readonly inspector: Inspector;
  readonly pauses: Pauses;
  readonly variables: Variables;
  readonly compiler: Pick<DebuggerCompiler, 'strip' | 'declare'>;
}

/**
 * The requests that look at values, and change them: in a frame while code is paused, else among the variables of the
 * cells.
 */
export function valueRequests({ inspector, pauses, variables, compiler }: ValueContext): DapHandlers {
  /** How long what is evaluated is kept. */
  const group = (): ObjectGroup => (pauses.paused ? 'pause' : 'globals');

  /** Evaluates in a frame of the paused code, else at the top level. @throws Error with what the code threw */
  const evaluate = async (
    expression: string,
    frameId: unknown,
    options: JsonObject = {},
  ): Promise<Runtime.RemoteObject> => {
    const asked = { expression, silent: true, objectGroup: group(), ...options };
    const { result, exceptionDetails } =
      pauses.paused && typeof frameId === 'number'
        ? await inspector.send<V8.EvaluateOnCallFrameReturnType>('Debugger.evaluateOnCallFrame', {
            ...asked,
            callFrameId: pauses.frame(frameId).callFrameId,
          })
        : await inspector.send<Runtime.EvaluateReturnType>('Runtime.evaluate', asked);
    if (exceptionDetails)
      throw new Error(exceptionDetails.exception?.description?.split('\n')[0] ?? exceptionDetails.text);
    return result;
  };

  return {
    scopes: async ({ arguments: given }) => {
      const frame = pauses.frame(integerField(given, 'frameId'));
      const scopes = frame.scopeChain
        .filter(({ type }) => type !== 'global')
        .map((scope): DapScope => ({
          name: scopeName(scope),
          variablesReference: variables.ofScope(scope, frame),
          expensive: false,
        }));
      return { scopes };
    },
    variables: async ({ arguments: given }) => ({
      variables: await variables.list(
        integerField(given, 'variablesReference'),
        integerField(given, 'start', 0),
        integerField(given, 'count', 0),
      ),
    }),
    setVariable: async ({ arguments: given }) => {
      const { value, variablesReference } = await variables.set(
        integerField(given, 'variablesReference'),
        stringField(given, 'name'),
        stringField(given, 'value'),
        pauses.frame(),
      );
      return { value, variablesReference };
    },
    inspectVariables: async () => ({ variables: await variables.globals() }),
    richInspectVariables: async ({ arguments: given }) => {
      const name = stringField(given, 'variableName');
      if (!isIdentifier(name)) return { data: {}, metadata: {} };
      const described = await evaluate(
        `${runtimeName}.${pauses.paused ? 'describe' : 'present'}(${await compiler.strip(name)})`,
        given['frameId'],
        { awaitPromise: !pauses.paused, returnByValue: true },
      );
      return described.value as JsonObject;
    },
    copyToGlobals: async ({ arguments: given }) => {
      const [source, target] = [stringField(given, 'srcVariableName'), stringField(given, 'dstVariableName')];
      if (!isIdentifier(source) || !isIdentifier(target))
        throw new Error(`"${source}" and "${target}" must be names of variables.`);
      await evaluate(`${runtimeName}.copied.value = ${source}`, integerField(given, 'srcFrameId'));
      // Declared as cells declare, at once; but the answer waits for a promise, which does not go on while code is
      // paused.
      evaluate(`let ${target} = ${runtimeName}.copied.value`, undefined, { replMode: true }).catch(() => {});
      await compiler.declare(target);
      return {};
    },
    evaluate: async ({ arguments: given }) => {
      const hover = given['context'] === 'hover';
      const result = await evaluate(
        await compiler.strip(stringField(given, 'expression')),
        given['frameId'] ?? undefined,
        { generatePreview: true, throwOnSideEffect: hover, ...(!pauses.paused && { replMode: true }) },
      );
      const { value, variablesReference } = variables.variable('', result, group());
      return { result: value, type: typeName(result), variablesReference };
    },
  };
}

function scopeName({ type, name }: V8.Scope): string {
  if (type === 'script') return 'Globals';
  if (type === 'local') return 'Locals';
  const title = type[0].toUpperCase() + type.slice(1);
  return type === 'closure' && name ? `${title} (${name})` : title;
}

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name);
}
