export { authorsCurve, authorsLog, type AuthorsEpoch } from './authors-log.js';
export { compareWithPaper } from './compare.js';
export { paperTable } from './paper-table.js';
export { replicate, type ReplicateOptions } from './replicate.js';
export type { ReplicationRow } from './rows.js';
