/**
 * What the extension adds to JupyterLab and Notebook 7. The pictures need none of it: their renderers are a MIME
 * extension of their own.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { commands } from './commands.js';
import { keeper } from './keeper.js';
import { kernels } from './kernels.js';
import { panel } from './panel.js';
import { settings } from './settings.js';

const plugins: JupyterFrontEndPlugin<void>[] = [kernels, keeper, settings, commands, panel];

export default plugins;
