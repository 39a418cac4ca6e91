/**
 * Before every test file that starts kernels: what a test started and did not end, because it failed, ends with the
 * test or with its file.
 */
import { afterAll, beforeEach } from 'vitest';
import { endKernels, livingKernels } from './client.js';

beforeEach(({ onTestFinished }) => {
  const before = livingKernels();
  onTestFinished(() => endKernels(before));
});
afterAll(() => endKernels());
