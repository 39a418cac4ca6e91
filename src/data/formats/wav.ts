/**
 * Sound files: RIFF WAVE and, because the TI46 discs use it under the same suffix, NIST SPHERE. Uncompressed 16-bit
 * mono only. Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (1991); NIST "SPHERE
 * Header Structure".
 */
import { requireBytes } from '../../network/require.js';
import { DataFormatError } from './idx.js';

export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  /** `[samples]`, 16-bit values divided by 32768: in [-1, 1). */
  readonly samples: Float64Array;
}

const pcm = 1;
const extensible = 0xfffe;
/** Headers are one block of 1024 bytes, rarely a few. */
const sphereHeaderLimit = 65_536;

/**
 * Reads a mono 16-bit sound file.
 * @param rate samples a second the caller is made for; another rate is refused
 * @throws DataFormatError that says what the file is and how to convert it
 */
export function parseSound(bytes: Uint8Array, source = 'sound file', rate?: number): Sound {
  requireBytes('parseSound()', bytes);
  const sound = tag(bytes, 0, 8) === 'NIST_1A\n' ? parseSphere(bytes, source) : parseWav(bytes, source);
  if (rate !== undefined && sound.rate !== rate) {
    throw new DataFormatError(
      `${source}: ${sound.rate} samples a second, expected ${rate}: convert it, for instance sox in.wav -r ${rate} out.wav`,
    );
  }
  return sound;
}

function parseWav(bytes: Uint8Array, source: string): Sound {
  if (tag(bytes, 0, 4) !== 'RIFF' || tag(bytes, 8, 4) !== 'WAVE') {
    throw new DataFormatError(
      `${source}: not a WAV file: it starts with ${JSON.stringify(tag(bytes, 0, 4))}, not "RIFF....WAVE"`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rate: number | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = tag(bytes, at, 4);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (start + size > bytes.length)
      throw new DataFormatError(
        `${source}: truncated: its part "${name}" announces ${size} bytes, ${bytes.length - start} follow; fetch it again`,
      );
    if (name === 'fmt ') rate = checkFormat(view, start, size, source);
    if (name === 'data') {
      if (rate === undefined)
        throw new DataFormatError(`${source}: its samples come before their format ("fmt "): damaged, write it again`);
      if (size === 0) throw new DataFormatError(`${source}: holds no samples`);
      if (size % 2 !== 0)
        throw new DataFormatError(`${source}: ${size} bytes of samples, not a multiple of 2: damaged, fetch it again`);
      return {
        rate,
        samples: Float64Array.from({ length: size / 2 }, (_, k) => view.getInt16(start + 2 * k, true) / 32_768),
      };
    }
    at = start + size + (size % 2);
  }
  throw new DataFormatError(`${source}: truncated: no samples ("data") in ${bytes.length} bytes; fetch it again`);
}

/** Refuses all but mono 16-bit PCM; returns the rate. */
function checkFormat(view: DataView, at: number, size: number, source: string): number {
  if (size < 16)
    throw new DataFormatError(`${source}: its format part has ${size} bytes, not 16 or more: damaged, fetch it again`);
  const code = view.getUint16(at, true);
  const encoding = code === extensible && size >= 26 ? view.getUint16(at + 24, true) : code;
  const bits = view.getUint16(at + 14, true);
  if (encoding !== pcm || bits !== 16) {
    throw new DataFormatError(
      `${source}: ${bits}-bit samples of encoding ${encoding}, expected 16-bit PCM: convert it, for instance sox in.wav -e signed -b 16 out.wav`,
    );
  }
  return checkChannels(view.getUint16(at + 2, true), view.getUint32(at + 4, true), source);
}

function checkChannels(channels: number, rate: number, source: string): number {
  if (channels !== 1) {
    throw new DataFormatError(
      `${source}: ${channels === 2 ? 'stereo' : `${channels} channels`}, expected mono: convert it, for instance sox in.wav -c 1 out.wav`,
    );
  }
  if (!(rate > 0)) throw new DataFormatError(`${source}: ${rate} samples a second: damaged, fetch it again`);
  return rate;
}

function parseSphere(bytes: Uint8Array, source: string): Sound {
  const announced = tag(bytes, 8, 8).trim();
  const size = Number(announced);
  if (!Number.isInteger(size) || size < 16 || size > sphereHeaderLimit) {
    throw new DataFormatError(
      `${source}: its NIST SPHERE header announces ${JSON.stringify(announced)} bytes, not 16 to ${sphereHeaderLimit}: damaged, fetch it again`,
    );
  }
  if (size > bytes.length) throw new DataFormatError(`${source}: its NIST SPHERE header is truncated: fetch it again`);
  const fields = new Map(
    tag(bytes, 16, size - 16)
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, , value]) => [name, value]),
  );
  const coding = fields.get('sample_coding') ?? 'pcm';
  const width = Number(fields.get('sample_n_bytes') ?? 2);
  if (coding !== 'pcm' || width !== 2) {
    throw new DataFormatError(
      `${source}: NIST SPHERE of coding ${coding}, ${width} bytes a sample, expected 16-bit pcm: convert it, for instance sph2pipe -f wav in.wav out.wav`,
    );
  }
  const rate = checkChannels(Number(fields.get('channel_count') ?? 1), Number(fields.get('sample_rate')), source);
  const count = Number(fields.get('sample_count'));
  if (!(Number.isInteger(count) && count > 0))
    throw new DataFormatError(`${source}: holds no samples (sample_count ${fields.get('sample_count')})`);
  if (size + 2 * count > bytes.length)
    throw new DataFormatError(
      `${source}: truncated: its header announces ${count} samples, ${Math.floor((bytes.length - size) / 2)} follow; fetch it again`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = fields.get('sample_byte_format') !== '10';
  return {
    rate,
    samples: Float64Array.from({ length: count }, (_, k) => view.getInt16(size + 2 * k, littleEndian) / 32_768),
  };
}

function tag(bytes: Uint8Array, at: number, length: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(at, at + length));
}
