import { describe } from 'vitest';
import { describeReads } from './read-conformance.ts';
import type { OpenStore } from './trial.ts';
import { describeWatches } from './watch-conformance.ts';
import { describeWrites } from './write-conformance.ts';

/**
 * What every driver has to keep, after the ideas of upstream's storage tests
 * (k8s.io/apiserver/pkg/storage/testing) and etcd's robustness properties.
 */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    describeWrites(open);
    describeReads(open);
    describeWatches(open);
  });
}
