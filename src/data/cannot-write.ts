/** A file that could not be written: full or read-only disk, no permission. */
export class CannotWriteError extends Error {
  override readonly name = 'CannotWriteError';
}
