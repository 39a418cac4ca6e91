import ts from 'typescript';
import { type Helpers, runtimeName } from '../common/runtime-names.js';

const { factory } = ts;

/** `__spikelab.name` */
export function helperProperty(name: Helpers): ts.PropertyAccessExpression {
  return factory.createPropertyAccessExpression(factory.createIdentifier(runtimeName), name);
}

/** `__spikelab.name(...args)` */
export function helper(name: Helpers, ...args: ts.Expression[]): ts.CallExpression {
  return factory.createCallExpression(helperProperty(name), undefined, args);
}
