/**
 * `npm run quickstart`: the set-up, then the quickstart notebook through the real kernel. Arguments go to `spikelab
 * quickstart`.
 */
import { orExplain, setUp } from './setup.mjs';
import { follow } from './setup/run.mjs';

await orExplain(async () => {
  await setUp();
  return follow(process.execPath, ['dist/src/cli/main.js', 'quickstart', ...process.argv.slice(2)]);
});
