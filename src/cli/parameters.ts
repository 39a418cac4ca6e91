/**
 * Parameters of notebooks, as papermill gives them: a cell that declares them anew runs behind the one tagged
 * `parameters`.
 */

interface Cell {
  readonly source: string | readonly string[];
  readonly metadata?: { readonly tags?: readonly string[] };
}

/** Options that take a name and a value. */
const flags = ['-p', '--parameters'];

/**
 * The command line with each `-p NAME VALUE`, as papermill has it, as one argument, which is all that commander knows.
 */
export function joinParameters(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let k = 0; k < argv.length; k++) {
    if (!flags.includes(argv[k]) || k + 1 >= argv.length) joined.push(argv[k]);
    else if (argv[k + 1].includes('=')) joined.push(`--parameters=${argv[++k]}`);
    else if (k + 2 < argv.length) joined.push(`--parameters=${argv[k + 1]}=${argv[(k += 2)]}`);
    else throw new RangeError(`-p ${argv[k + 1]} has no value: write -p NAME VALUE`);
  }
  return joined;
}

/** Adds one `NAME=VALUE` to those before it. */
export function addParameter(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 0) throw new RangeError(`-p ${text} has no value: write -p NAME VALUE`);
  return { ...earlier, [text.slice(0, at)]: parameterValue(text.slice(at + 1)) };
}

/** A number as papermill's `-p` takes it: `3`, `007`, `1e-3`, `-inf`, `nan`. */
const number = /^[+-]?(\d+(\.\d*)?(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf(inity)?|nan)$/i;
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

/**
 * The value that a text on the command line means: JSON, Python's words and numbers as papermill reads them, else the
 * text itself.
 */
export function parameterValue(text: string): unknown {
  if (words.has(text)) return words.get(text);
  if (/^[+-]?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text.replace('+', ''));
  if (number.test(text)) return Number(text.replace(/inf(inity)?/i, 'Infinity').replace(/nan/i, 'NaN'));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value as TypeScript writes it. */
function literal(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, item]) => {
    const name = JSON.stringify(key);
    return `${key === '__proto__' ? `[${name}]` : name}: ${literal(item)}`; // plain, it would set the prototype
  });
  return `{${pairs.join(', ')}}`;
}

/** Words of the language, which name no variable. */
const keywords: ReadonlySet<string> = new Set(
  [
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false',
    'finally for function if implements import in instanceof interface let new null package private protected public return',
    'static super switch this throw true try typeof undefined var void while with yield',
  ]
    .join(' ')
    .split(' '),
);

/**
 * The text of the cell. Each name is declared as `any`: a later cell that expects one of a few words takes it, and the
 * library checks the value when it runs. `python/spikelab/parameters.py` writes the same for papermill.
 * @throws RangeError for a name that no variable can have
 */
export function parametersCell(parameters: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(parameters).map(([name, value]) => {
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) || keywords.has(name))
      throw new RangeError(`-p ${JSON.stringify(name)}: a parameter is named as a variable, for instance seed`);
    return `let ${name}: any = ${literal(value)};`;
  });
  return ['// Parameters', ...lines].join('\n');
}

/** Names that the cell tagged `parameters` does not declare: they do not even stand in its text. */
export function unknownParameters(cells: readonly Cell[], names: readonly string[]): string[] {
  const cell = cells.find((one) => [one.metadata?.tags].flat().includes('parameters'));
  const text = cell ? [cell.source].flat().join('') : '';
  const declared = new Set(text.match(/[\p{ID_Continue}$]+/gu));
  return names.filter((name) => !declared.has(name));
}
