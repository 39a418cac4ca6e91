/** Which sources `dist/` is built from, and where their hash is kept. */
import { join } from 'node:path';
import { hashOf, root } from './files.mjs';

export const buildStamp = join(root, 'dist/.spikelab-stamp');

/** Hash of everything the build reads. */
export const sourcesHash = () =>
  hashOf([
    'src',
    'kernel',
    'tsconfig.json',
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
    'scripts/setup/common-js.mjs',
    'scripts/setup/unshared.mjs',
  ]);
