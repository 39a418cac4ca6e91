/** `report.json` of a run: its record, beside what the paper reports. */
import path from 'node:path';
import type { Preset } from '../network/presets.js';
import { writeFileAtomic } from '../train/files.js';
import type { SpikingNetwork } from '../train/model.js';

export interface RunSettings {
  readonly preset: Preset;
  readonly net: SpikingNetwork;
  readonly epochs: number;
  readonly out: string;
}

/** Writes the report; the file is always whole. */
export async function writeReport({ preset, net, epochs, out }: RunSettings, status: 'running' | 'done' | 'interrupted') {
  const { history, epochs: completed, ...record } = await net.measuredRecord();
  const report = { preset: preset.name, status, plannedEpochs: epochs, completedEpochs: completed, epochs: history, paper: preset.paper, ...record };
  await writeFileAtomic(path.join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}
