/** From the files of a registered set to a `Dataset`. */
import { createDataset, type Dataset } from '../sets/dataset.js';
import { DataFormatError, parseIdxImages, parseIdxLabels } from '../formats/idx.js';
import { type LocateOptions, MissingDataError, readDataFile } from './locate.js';
import type { DataSetEntry, PartName } from './registry.js';

/** Reads and joins the two files of a part, checked against the registry. */
export async function loadEntryPart(
  entry: DataSetEntry,
  part: PartName,
  options: LocateOptions = {},
): Promise<Dataset> {
  const { images, labels, count } = entry.parts[part];
  const name = `${entry.name}/${part}`;
  let imageBytes: Uint8Array;
  try {
    imageBytes = await readDataFile(entry, images, options);
  } catch (error) {
    throw error instanceof MissingDataError ? await hintAtOtherPart(error, entry, part, options) : error;
  }
  const found = parseIdxImages(imageBytes, images.name);
  const classes = parseIdxLabels(await readDataFile(entry, labels, options), labels.name);
  if (found.count !== classes.length) {
    throw new DataFormatError(
      `${name}: ${found.count} images but ${classes.length} labels: take both files from the same download`,
    );
  }
  if (found.count !== count || found.rows !== entry.rows || found.columns !== entry.columns) {
    throw new DataFormatError(
      `${name}: ${found.count} images of ${found.rows} x ${found.columns}, expected ${count} of ${entry.rows} x ${entry.columns}: the file belongs to another set`,
    );
  }
  const tooLow = classes.findIndex((label) => label < entry.firstLabel);
  if (tooLow >= 0)
    throw new DataFormatError(
      `${name}: label ${classes[tooLow]} of sample ${tooLow} is below ${entry.firstLabel}, the first class`,
    );
  return createDataset({
    name,
    shape: [entry.rows, entry.columns],
    classNames: entry.classNames,
    pixels: entry.transposed ? transpose(found.pixels, entry.rows, entry.columns) : found.pixels,
    labels: entry.firstLabel === 0 ? classes : classes.map((label) => label - entry.firstLabel),
  });
}

/** Exchanges rows and columns of each image, `[count, rows, columns]` to `[count, columns, rows]`. */
export function transpose(pixels: Uint8Array, rows: number, columns: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  const size = rows * columns;
  for (let start = 0; start < pixels.length; start += size) {
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) turned[start + c * rows + r] = pixels[start + r * columns + c];
  }
  return turned;
}

async function hintAtOtherPart(
  error: MissingDataError,
  entry: DataSetEntry,
  part: PartName,
  options: LocateOptions,
): Promise<MissingDataError> {
  const other: PartName = part === 'train' ? 'test' : 'train';
  const atHand = await readDataFile(entry, entry.parts[other].labels, { ...options, download: false }).then(
    () => true,
    () => false,
  );
  if (atHand)
    error.message += `\nThe ${other} part alone is at hand: await datasets.loadPart('${entry.name}', '${other}')`;
  return error;
}
