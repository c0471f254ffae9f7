import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, type AnyPlugin } from '../../../src/kernel/plugin.ts';
import { openClusterCa } from '../../auth/cluster-ca.ts';
import { certificateSigner, clusterCa } from '../../auth/contract.ts';

/** A real CA for a cluster in a test, in the place of the one that issues nothing. */
export const caPlugin = (): AnyPlugin =>
  definePlugin({
    name: 'auth',
    provides: [clusterCa, certificateSigner],
    async start({ world, log, provide, defer }) {
      const folder = await mkdtemp(join(tmpdir(), 'tiphys-ca-'));
      defer(() => rm(folder, { recursive: true }));
      const ca = await openClusterCa(world, log, folder);
      provide(clusterCa, ca);
      provide(certificateSigner, ca);
    },
  });
