import type { Runtime } from 'node:inspector';
import { userSource } from '../common/function-source.js';

/** Characters of a value's text in a list of variables. */
const longest = 200;

/** A value in one line, as a list of variables shows it. */
export function previewText(value: Runtime.RemoteObject): string {
  return shorten(oneLine(value));
}

/** What kind of value it is: the class of an object, else the type. */
export function typeName({ type, subtype, className }: Runtime.RemoteObject): string {
  if (subtype === 'null') return 'null';
  return type === 'object' ? (className ?? 'Object') : type;
}

function oneLine(value: Runtime.RemoteObject): string {
  const { type, subtype, description = '', preview } = value;
  if (type === 'undefined') return 'undefined';
  if (type === 'string') return quote(String(value.value));
  if (type === 'function') return userSource(description).split('\n')[0];
  if (type !== 'object' || subtype === 'null') return value.unserializableValue ?? String(value.value ?? description);
  if (!preview || subtype === 'regexp' || subtype === 'date' || subtype === 'error') return description.split('\n')[0];
  const more = preview.overflow ? ['…'] : [];
  if (preview.entries) {
    const entries = preview.entries.map(({ key, value: entry }) =>
      key ? `${ofPreview(key)} => ${ofPreview(entry)}` : ofPreview(entry),
    );
    return `${description} { ${[...entries, ...more].join(', ')} }`;
  }
  if (subtype === 'array' || subtype === 'typedarray') {
    const items = preview.properties.filter(({ name }) => /^\d+$/.test(name)).map(ofProperty);
    return `${subtype === 'array' && value.className === 'Array' ? '' : `${description} `}${items.length + more.length === 0 ? '[]' : `[ ${[...items, ...more].join(', ')} ]`}`;
  }
  const fields = [...preview.properties.map((property) => `${property.name}: ${ofProperty(property)}`), ...more];
  const name = value.className === undefined || value.className === 'Object' ? '' : `${value.className} `;
  return fields.length === 0 ? `${name}{}` : `${name}{ ${fields.join(', ')} }`;
}

function ofPreview({ type, description = '' }: Runtime.ObjectPreview): string {
  return type === 'string' ? quote(description) : description;
}

function ofProperty({ type, value = '' }: Runtime.PropertyPreview): string {
  if (type === 'string') return quote(value);
  return type === 'function' ? '[Function]' : type === 'accessor' ? '[Getter]' : value;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
