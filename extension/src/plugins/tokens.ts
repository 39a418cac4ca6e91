/** Names that JupyterLab knows the extension's parts by. */
const prefix = '@spikelab/jupyterlab';

export const pluginIds = {
  kernels: `${prefix}:kernels`,
  keeper: `${prefix}:keeper`,
  settings: `${prefix}:settings`,
  commands: `${prefix}:commands`,
  panel: `${prefix}:panel`,
} as const;

export const commandIds = {
  openInTab: 'spikelab:open-in-tab',
  restoreTab: 'spikelab:restore-tab',
  showAll: 'spikelab:show-everything',
  pngTheme: 'spikelab:export-png',
  pngWhite: 'spikelab:export-png-white',
  svg: 'spikelab:export-svg',
  csvView: 'spikelab:export-csv-view',
  csvAll: 'spikelab:export-csv-all',
} as const;

/** In the command palette. */
export const category = 'Spikelab';
