/** Downloads that are watched, bounded, and go on where an interrupted one ended. */
import { fileFacts, openFile, removeFile } from '#data-platform';
import { CannotWriteError } from '../cannot-write.js';

export interface FetchOptions {
  /** Refuses a longer body, bytes. */
  limit: number;
  onProgress?: (received: number, total: number | undefined) => void;
  signal?: AbortSignal;
  /** Until the server answers, ms. Short, so that being offline is noticed at once. */
  connectTimeout?: number;
  /** Between two chunks, ms. */
  stallTimeout?: number;
}

/** A download that did not happen. `answered`: whether the server was reached at all. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    message: string,
    readonly answered: boolean,
  ) {
    super(message);
  }
}

/**
 * Fetches an address into `path`, continuing a part left there by an interrupted attempt when the server can.
 * @throws NetworkError; the bytes received so far stay in `path`
 */
export async function fetchInto(url: string, path: string, options: FetchOptions): Promise<void> {
  const { signal, connectTimeout = 5_000, stallTimeout = 30_000 } = options;
  if (!/^https?:/i.test(url) || !URL.canParse(url))
    throw new NetworkError(`${url} is no address of the web: one begins with https://`, true);
  const host = new URL(url).host;
  const silence = new Silence();
  silence.endsAfter(connectTimeout, `no answer within ${connectTimeout / 1000} s`);
  let answered = false;
  try {
    const have = (await fileFacts(path))?.bytes ?? 0;
    const response = await fetch(url, {
      // identity: the digest is of the file, not of what a server makes of it
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    answered = true;
    if (response.status === 416) {
      await removeFile(path);
      throw new NetworkError(`${host}: could not continue the download`, true);
    }
    if (!response.ok || !response.body)
      throw new NetworkError(`${host}: HTTP ${response.status} ${response.statusText}`, true);
    const { status, headers, body } = response;
    const resumed = status === 206 && headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    await receive({ headers, body }, host, path, resumed ? have : 0, options, () =>
      silence.endsAfter(stallTimeout, `no data for ${stallTimeout / 1000} s`),
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NetworkError || error instanceof CannotWriteError) throw error;
    throw new NetworkError(`${host}: ${networkReason(silence.signal.reason ?? error)}`, answered);
  } finally {
    silence.isOver();
  }
}

/** As {@link fetchInto}, up to three times, each going on where the last was cut. */
export async function fetchPatiently(url: string, path: string, options: FetchOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchInto(url, path, options);
    } catch (error) {
      const worthAnother = error instanceof NetworkError && error.answered && !error.message.includes('HTTP 4');
      if (!worthAnother || attempt === 3) throw error;
    }
  }
}

/** Writes a body behind the bytes that are there; `alive` is called with each piece. */
async function receive(
  { headers, body }: { headers: Headers; body: ReadableStream<Uint8Array> },
  host: string,
  path: string,
  have: number,
  { limit, onProgress }: FetchOptions,
  alive: () => void,
): Promise<void> {
  const rest = Number(headers.get('content-length')) || undefined;
  const total = rest === undefined ? undefined : have + rest;
  let received = have;
  const reader = body.getReader();
  let next = reader.read(); // at once: what waits in a stream is lost when its connection breaks
  next.catch(() => undefined);
  const file = await openFile(path, have > 0 ? 'append' : 'anew');
  try {
    for (let piece = await next; !piece.done; piece = await next) {
      alive();
      received += piece.value.length;
      if (received > limit)
        throw new NetworkError(`${host}: sent more than ${limit} bytes, not the file expected`, true);
      await file.write(piece.value);
      next = reader.read();
      onProgress?.(received, total);
    }
  } finally {
    void reader.cancel().catch(() => undefined);
    await file.close();
  }
}

/** Ends a download that has been silent for too long. */
class Silence {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly signal = this.controller.signal;

  /** From now on; forgets the bound before. */
  endsAfter(ms: number, reason: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(new Error(reason)), ms);
  }

  isOver(): void {
    clearTimeout(this.timer);
  }
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return error instanceof Error ? error.message : String(error);
}
