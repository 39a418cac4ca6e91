/** What the compiler does not refuse: promises nobody waits for, `any`, names nobody uses. Layout is Prettier's. */
import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const built = ['**/node_modules/', '**/dist/', '.venv/', 'runs/', 'site/', 'extension/lib/', 'extension/labextension/'];

/** What Prettier cannot break. */
const unbroken = { ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true };

/** Values of type `any` that came from outside may be used as they are. */
const fromOutside = Object.fromEntries(
  ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
    `@typescript-eslint/no-unsafe-${use}`,
    'off',
  ]),
);

export default defineConfig(
  // AssemblyScript is not TypeScript: its own compiler checks it.
  globalIgnores([...built, 'src/engine/assembly/', 'bench/engine/assembly/']),
  {
    files: ['**/*.ts', '**/*.mjs'],
    extends: [tseslint.configs.recommendedTypeChecked],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { project: 'test/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 250],
      // Prettier breaks code; this is for comments. What a string says to people stands on one line.
      'max-len': ['error', { code: 120, ...unbroken }],
      // `{ seconds: _, ...rest }` leaves a field out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      // An async function without await answers an interface of promises: what it throws is a rejection.
      '@typescript-eslint/require-await': 'off',
      // Parts are objects of closures here; handing one of their functions on loses no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Text of a value that came from outside, whatever it is.
      '@typescript-eslint/no-base-to-string': 'off',
      // Flags of the TypeScript compiler are numbers once they are masked.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    // A web page has these rooms too: what they need of Node stands in their platform files.
    files: ['src/{numeric,network,plot,data,hm2bp,engine,presets,train,exchange}/**'],
    ignores: ['**/*.node.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'require', 'setImmediate'],
      'no-restricted-imports': ['error', { patterns: ['node:*'], paths: builtinModules }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression[source.value=/^node:/]', message: 'Node belongs into platform.node.ts.' },
      ],
    },
  },
  {
    // Tables of numbers, a digit or a field on a line.
    files: ['src/data/strokes/glyphs.ts'],
    rules: { 'max-len': 'off' },
  },
  {
    // Tests take apart answers of other programs (JSON) and say with `expect` what is in them.
    files: ['test/**', '**/*.test.ts'],
    rules: { ...fromOutside, 'max-lines': 'off' },
  },
  {
    // Plain JavaScript has no types to keep to.
    files: ['**/*.mjs'],
    rules: { ...fromOutside, '@typescript-eslint/restrict-template-expressions': 'off' },
  },
);
