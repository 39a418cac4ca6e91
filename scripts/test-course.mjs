/**
 * `npm run test:course`: nbgrader with every kind of submission, time-outs included, and each assignment on one core;
 * writes the tables of docs/teaching.md.
 */
process.env['SPIKELAB_COURSE'] = 'all';
process.argv.splice(2, Infinity, 'test/course/');
await import('./test.mjs');
