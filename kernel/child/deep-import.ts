import { createRequire } from 'node:module';
import { Set, String } from '../common/intrinsics.js';

const notFound = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']);

/**
 * The file of a package that an import without extension means (`lodash/chunk`): bundlers and `require` find it, Node's
 * imports do not.
 * @param error why the import failed
 */
export function deepFile(specifier: string, importer: string, error: unknown): string | undefined {
  if (!notFound.has(String((error as NodeJS.ErrnoException | null)?.code))) return undefined;
  if (!/^(?:@[^/:]+\/)?[^./:@][^/:]*\/./.test(specifier)) return undefined;
  try {
    return createRequire(importer).resolve(specifier);
  } catch {
    return undefined;
  }
}
