import { describe } from 'vitest';
import { describeStoreConformance } from '../../src/store/testing/store-conformance.ts';
import { openEtcdStore } from './etcd-store.ts';
import { EtcdProcess, hasEtcd } from './testing/etcd-process.ts';

describe.skipIf(!hasEtcd('the store in etcd is'))('with an etcd of its own each', () => {
  describeStoreConformance('the etcd store', async (world, limits = {}) => {
    const etcd = await EtcdProcess.start();
    const store = await openEtcdStore({ endpoints: [etcd.clientUrl], tls: {}, world, prefix: '/', limits });
    const close = store[Symbol.asyncDispose].bind(store);
    return Object.assign(store, {
      [Symbol.asyncDispose]: async () => {
        await close();
        await etcd[Symbol.asyncDispose]();
      },
    });
  });
});
