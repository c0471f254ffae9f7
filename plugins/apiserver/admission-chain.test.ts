import { hostWorld } from '../../src/kernel/host-world.ts';
import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { AdmissionChain } from './admission-chain.ts';
import type { AdmissionPlugin, AdmittedRequest } from './contract.ts';

const object: AnyObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', uid: '', resourceVersion: '', creationTimestamp: '', annotations: { saw: '' } },
};
const request: AdmittedRequest = {
  operation: 'CREATE',
  user: { name: 'admin', groups: [] },
  resource: ConfigMap,
  subresource: '',
  namespace: 'default',
  name: 'm',
  object,
  oldObject: undefined,
  dryRun: false,
  steps: { run: async step => step() },
};

/** Writes its name, and in which round, to what it sees. */
const writer = (name: string, order: number, looksAgain = false): AdmissionPlugin => ({
  name,
  order,
  resources: ['*'],
  mutate({ object: given }, passage) {
    if (looksAgain) passage.lookAgain();
    const saw = `${given.metadata.annotations?.['saw'] ?? ''}${name}${passage.isSecond ? 2 : 1} `;
    return { ...given, metadata: { ...given.metadata, annotations: { saw } } };
  },
});
const saw = async (...plugins: readonly AdmissionPlugin[]) =>
  (await new AdmissionChain(plugins, hostWorld().clock).mutate(request)).metadata.annotations?.['saw'];

describe('mutators', () => {
  it('look at an object once, in their order', async () => {
    expect(await saw(writer('b', 2), writer('a', 1))).toBe('a1 b1 ');
  });

  it('all look again where one wishes so, and no more often', async () => {
    expect(await saw(writer('a', 1), writer('b', 2, true), writer('c', 3, true))).toBe('a1 b1 c1 a2 b2 c2 ');
  });
});
