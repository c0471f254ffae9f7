import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const KERNEL_TESTS = ['test/node/cgroup-layout.test.ts', 'test/node/app-armor.test.ts'];

/**
 * `unit` needs nothing but Node; `node` needs root and a Linux kernel and says so when it is skipped; `kernel` boots
 * one of its own.
 */
export default defineConfig({
  test: {
    // One more than processors, as many tests wait; of those that need root one at a time is run.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,plugins,native,images,test}/**/*.test.ts'],
          exclude: ['test/node/**', '**/*.root.test.ts'],
          globalSetup: 'test/nothing-left.ts',
          // A module that keeps nothing but constants need not be read again for each file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/node/**/*.test.ts', '{plugins,native,images}/**/*.root.test.ts'],
          exclude: KERNEL_TESTS,
          globalSetup: 'test/node/bundle-first.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      { test: { name: 'kernel', include: KERNEL_TESTS } },
    ],
  },
});
