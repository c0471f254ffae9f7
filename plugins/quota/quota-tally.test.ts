import { expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { WatchContext } from '../../src/sdk/controller.ts';
import { ObjectCache } from '../../src/sdk/object-cache.ts';
import { Charges } from './charges.ts';
import { Evaluators } from './evaluators/evaluators.ts';
import { QuotaTally } from './quota-tally.ts';

it('a tally takes in what its caches know before it', () => {
  const errors: unknown[] = [];
  const services = new ObjectCache<AnyObject>(error => errors.push(error));
  services.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  });
  const caches = { of: () => new ObjectCache<AnyObject>(error => errors.push(error)) };
  const watch = { caches, world: hostWorld(), signal: new AbortController().signal } as unknown as WatchContext;
  const evaluators = new Evaluators({ extendedResourceOf: () => undefined, podOf: () => undefined });
  const parts = { watch, charges: new Charges(), evaluators, resources: () => [], cacheOf: () => services };
  const tally = new QuotaTally(parts);
  expect(errors).toEqual([]);
  expect(tally.kind('services')?.objects.list('n')).toHaveLength(1);
});
