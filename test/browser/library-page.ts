/**
 * The page that the test of the library in a browser opens: trains as it is told and leaves what came of it. Bundled by
 * esbuild with `import 'spikelab'`.
 */
import * as snn from 'spikelab';
import { trained, type Outcome } from './library-training.js';

declare global {
  var trainOnPage: (threads: number) => Promise<Outcome & { isolated: boolean }>;
}

globalThis.trainOnPage = async (threads) => ({
  ...(await trained(snn, threads)),
  isolated: globalThis.crossOriginIsolated,
});
