import { describe } from 'vitest';
import { describeReadConformance } from './read-conformance.ts';
import type { OpenStore } from './trial.ts';
import { describeWatchConformance } from './watch-conformance.ts';
import { describeWriteConformance } from './write-conformance.ts';

/**
 * What every driver has to keep, after the ideas of upstream's storage tests
 * (k8s.io/apiserver/pkg/storage/testing) and etcd's robustness properties.
 */
export function describeStoreConformance(name: string, open: OpenStore): void {
  describe(name, () => {
    describeWriteConformance(open);
    describeReadConformance(open);
    describeWatchConformance(open);
  });
}
