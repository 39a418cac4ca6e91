/** The part of JSON Schema (draft 7, as editors read it) that describes an experiment, and short ways to write it. */

export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'number' | 'integer' | 'string' | 'boolean' | 'array';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  /** Exactly one fits: told apart by the kind of the value, and objects by a property that is a constant. */
  readonly oneOf?: readonly Schema[];
}

/** Properties of a type by name: one that the type gains is missed by the compiler. */
export type Properties<T> = { readonly [K in keyof Required<T>]: Schema };

export const number = (description: string, minimum: number, maximum: number): Schema => ({
  description,
  type: 'number',
  minimum,
  maximum,
});
export const integer = (description: string, minimum: number, maximum: number): Schema => ({
  description,
  type: 'integer',
  minimum,
  maximum,
});
export const text = (description: string): Schema => ({ description, type: 'string', minLength: 1 });
export const flag = (description: string): Schema => ({ description, type: 'boolean' });
export const choice = (description: string, values: readonly string[]): Schema => ({
  description,
  type: 'string',
  enum: values,
});
export const constant = (value: string, description: string): Schema => ({ description, const: value });
export const list = (description: string, items: Schema, minItems = 1, maxItems?: number): Schema => ({
  description,
  type: 'array',
  items,
  minItems,
  ...(maxItems !== undefined && { maxItems }),
});
export const oneOf = (description: string, ...alternatives: Schema[]): Schema => ({ description, oneOf: alternatives });
/** An object without other properties than these. */
export const object = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema => ({
  description,
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});
