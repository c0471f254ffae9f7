import { expect, it } from 'vitest';
import { startCluster } from '../../../src/sdk/testing/cluster.ts';
import { RuntimeClass } from '../../kinds/node/v1/runtime-class.ts';
import { checkRuntimeHandler } from './runtime-handler.ts';

it('lets pods of this runtime pass, whatever their class calls it, and no others', async () => {
  await using cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  const { client } = cluster;
  await client.create(RuntimeClass, { metadata: { name: 'plain' }, handler: 'runc' });
  await client.create(RuntimeClass, { metadata: { name: 'safe' }, handler: 'gvisor' });
  const check = (runtimeClassName?: string) =>
    checkRuntimeHandler(client, { spec: runtimeClassName === undefined ? {} : { runtimeClassName } } as never);
  await expect(check()).resolves.toBeUndefined();
  await expect(check('plain')).resolves.toBeUndefined();
  await expect(check('safe')).rejects.toThrow('failed to get sandbox runtime: no runtime for "gvisor" is configured');
  await expect(check('gone')).rejects.toThrow('runtimeclasses.node.k8s.io "gone" not found');
});
