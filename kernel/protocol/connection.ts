import { readFileSync, statSync } from 'node:fs';

/**
 * The connection file Jupyter writes before it starts a kernel: where to listen, and the key that signs each message.
 * Source: Jupyter client documentation, "Connection files".
 */
export interface ConnectionInfo {
  readonly transport: 'tcp' | 'ipc';
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

export const channelNames = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type ChannelName = (typeof channelNames)[number];

/** Reads and checks a connection file. Throws an error that names the file and the field. */
export function readConnectionFile(path: string): ConnectionInfo {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `Cannot read the connection file ${path}: ${(error as Error).message}. Jupyter passes it as {connection_file}.`,
    );
  }
  return parseConnectionInfo(text, path);
}

/**
 * What is wrong with who may read a connection file: whoever knows the key can run code as its owner. `undefined` when
 * nothing is.
 */
export function exposure(path: string): string | undefined {
  const mode = statSync(path).mode & 0o777;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined;
  return `${path} can be read by other users (mode ${mode.toString(8)}), who could then run code as you; the key in it is no secret any more. Jupyter writes it with mode 600: chmod 600 it, or start the kernel anew.`;
}

/** Parses the text of a connection file; `path` is for the error messages. */
export function parseConnectionInfo(text: string, path = 'connection file'): ConnectionInfo {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
  if (typeof json !== 'object' || json === null) throw new Error(`${path} must hold a JSON object.`);
  const file = json as Record<string, unknown>;
  const bad = (field: string, want: string): never => {
    throw new Error(`${path}: "${field}" is ${JSON.stringify(file[field])}, it must be ${want}.`);
  };
  const transport = file['transport'] ?? 'tcp';
  if (transport !== 'tcp' && transport !== 'ipc') return bad('transport', '"tcp" or "ipc"');
  const port = (name: ChannelName): number => {
    const value = file[`${name}_port`];
    return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65536
      ? (value as number)
      : bad(`${name}_port`, 'a port number');
  };
  const ip = file['ip'];
  if (typeof ip !== 'string' || ip === '') return bad('ip', 'an address');
  const key = file['key'] ?? '';
  if (typeof key !== 'string') return bad('key', 'a string');
  const scheme = file['signature_scheme'] ?? 'hmac-sha256';
  if (typeof scheme !== 'string' || !scheme.startsWith('hmac-'))
    return bad('signature_scheme', '"hmac-" and a hash, for instance "hmac-sha256"');
  return {
    transport,
    ip,
    key,
    signature_scheme: scheme,
    shell_port: port('shell'),
    iopub_port: port('iopub'),
    stdin_port: port('stdin'),
    control_port: port('control'),
    hb_port: port('hb'),
  };
}

/** The ZeroMQ address of one channel. */
export function channelAddress(info: ConnectionInfo, channel: ChannelName): string {
  const port = info[`${channel}_port`];
  if (info.transport === 'ipc') return `ipc://${info.ip}-${port}`;
  return `tcp://${info.ip.includes(':') ? `[${info.ip}]` : info.ip}:${port}`;
}
