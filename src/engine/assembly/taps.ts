// Which taps of a filter meet an input at a position, and which of these inputs fired.
import { Layer, Scratch } from './plan';

/**
 * Taps inside the image: first those whose input fired, then the silent ones; u32 input and u32 tap of each. Returns
 * the first step at which an input fired.
 */
export function listTaps(
  layer: Layer,
  scratch: Scratch,
  position: i32,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
): i32 {
  const top = position / layer.columns - layer.padding;
  const left = (position % layer.columns) - layer.padding;
  const size = layer.size;
  const firstRow = max(0, -top),
    endRow = min(size, layer.inputRows - top);
  const firstColumn = max(0, -left),
    endColumn = min(size, layer.inputColumns - left);
  let active = scratch.tapList;
  let silent = scratch.tapList + ((<usize>layer.taps) << 3);
  let first = i32.MAX_VALUE >> 1;
  for (let channel = 0; channel < layer.inputChannels; channel++) {
    for (let row = firstRow; row < endRow; row++) {
      for (let column = firstColumn; column < endColumn; column++) {
        const input = (channel * layer.inputRows + top + row) * layer.inputColumns + left + column;
        const tap = (channel * size + row) * size + column;
        if (load<i32>(inputCounts + ((<usize>input) << 2)) == 0) {
          silent -= 8;
          store<u32>(silent, input);
          store<u32>(silent, tap, 4);
          continue;
        }
        first = min(first, <i32>load<u16>(inputTrains + ((<usize>input * <usize>room) << 1)));
        store<u32>(active, input);
        store<u32>(active, tap, 4);
        active += 8;
      }
    }
  }
  scratch.activeTaps = <i32>((active - scratch.tapList) >> 3);
  scratch.silentTaps = silent;
  return first;
}
