import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { setPreferences } from '../live/preferences.js';
import { pluginIds } from './tokens.js';

/** Hands the settings editor's choices to the plots. */
export const settings: JupyterFrontEndPlugin<void> = {
  id: pluginIds.settings,
  description: 'Settings of the plots.',
  autoStart: true,
  requires: [ISettingRegistry],
  activate: async (_app: JupyterFrontEnd, registry: ISettingRegistry) => {
    const loaded = await registry.load(pluginIds.settings);
    setPreferences(loaded.composite);
    loaded.changed.connect(() => setPreferences(loaded.composite));
  },
};
