import { describe, expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { Toleration } from '../kinds/core/v1/toleration.ts';
import { RuntimeClass } from '../kinds/node/v1/runtime-class.ts';
import { mergeTolerations } from './merge-tolerations.ts';

const exists: Toleration = { key: 'k', operator: 'Exists' };
const equal: Toleration = { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' };
const seconds = (tolerationSeconds: number): Toleration => ({ ...exists, effect: 'NoExecute', tolerationSeconds });

describe('mergeTolerations', () => {
  it.each<[string, readonly Toleration[], readonly Toleration[], readonly Toleration[]]>([
    ['keeps what differs', [exists], [{ key: 'l', operator: 'Exists' }], [exists, { key: 'l', operator: 'Exists' }]],
    ['keeps one of two that are the same', [exists], [exists], [exists]],
    ['leaves out what one before covers', [exists], [equal], [exists]],
    ['leaves out what one after covers', [equal], [exists], [exists]],
    ['takes one without a key for all', [equal], [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
    ['keeps the longer of two times', [seconds(5)], [seconds(3)], [seconds(5)]],
    [
      'keeps what has another effect',
      [equal],
      [{ ...equal, effect: 'NoExecute' }],
      [equal, { ...equal, effect: 'NoExecute' }],
    ],
  ])('%s', (_, first, second, merged) => {
    expect(mergeTolerations(first, second)).toEqual(merged);
  });
});

it('a pod gets what its class says, and no overhead of its own', async () => {
  await using cluster = await startCluster({ without: ['scheduler'] });
  const { client } = cluster;
  const podFixed = { cpu: '100m' };
  const scheduling = { nodeSelector: { a: 'b' }, tolerations: [exists] };
  await client.create(RuntimeClass, { metadata: { name: 'r' }, handler: 'h', overhead: { podFixed }, scheduling });
  let made = 0;
  const create = async (more: object) => {
    const metadata = { name: `p${(made += 1)}`, namespace: 'default' };
    return (await client.create(Pod, { metadata, spec: { containers: [{ name: 'c', image: 'i' }], ...more } })).spec;
  };
  expect(await create({ runtimeClassName: 'r', nodeSelector: { c: 'd' }, overhead: { cpu: '0.1' } })).toMatchObject({
    overhead: podFixed,
    nodeSelector: { c: 'd', a: 'b' },
    tolerations: expect.arrayContaining([exists]) as unknown,
  });
  const refused = (more: object, message: string) =>
    expect(create(more)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) as unknown }),
    );
  await refused({ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found');
  await refused({ runtimeClassName: 'r', overhead: { cpu: '1' } }, "Pod's Overhead doesn't match");
  await refused({ overhead: { cpu: '1' } }, 'Pod Overhead set without corresponding RuntimeClass');
  const conflict = 'conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c';
  await refused({ runtimeClassName: 'r', nodeSelector: { a: 'c' } }, conflict);
});
