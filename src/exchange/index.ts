/** Networks and spikes for other programs, and from them. */
export { Hdf5Error } from '../data/formats/hdf5.js';
export { exportNir, exportSpikes, type NirExport, type NirOptions } from './nir-export.js';
export { importNir, type ImportNirOptions } from './nir-import.js';
export { NirError } from './nir-nodes.js';
