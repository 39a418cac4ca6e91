/** A host of files for the tests, on this machine: it can cut its first answer, and goes on where a download ended. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Host {
  readonly address: string;
  /** Requests, as `shd_train.h5.gz 100-`. */
  readonly asked: string[];
  close(): void;
}

/** @param files path of each, by the name it has there @param cut name of one whose first answer ends in its middle */
export async function hostOf(files: Readonly<Record<string, string | Uint8Array>>, cut?: string): Promise<Host> {
  const asked: string[] = [];
  let cuts = cut === undefined ? 0 : 1;
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url!.slice(1));
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    asked.push(from === undefined ? name : `${name} ${from}-`);
    if (name.startsWith('moved/')) {
      response.writeHead(302, { location: `/${name.slice('moved/'.length)}` }).end();
      return;
    }
    const file = files[name];
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const bytes = typeof file === 'string' ? readFileSync(file) : file;
    const start = Number(from ?? 0);
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': bytes.length - start,
      ...(from !== undefined && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (name === cut && cuts-- > 0)
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroySoon());
    else response.end(bytes.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
