/** `npm run test:course`: nbgrader with every kind of submission, time-outs included; writes the table of docs/teaching.md. */
process.env['SPIKELAB_COURSE'] = 'all';
process.argv.splice(2, Infinity, 'test/course/grading.test.ts');
await import('./test.mjs');
