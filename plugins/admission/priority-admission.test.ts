import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['scheduler'] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

it('lets one class be the default', async () => {
  const { client } = cluster;
  const create = (name: string, more: object = { globalDefault: true }) =>
    client.create(PriorityClass, { metadata: { name }, value: 7, ...more });
  await create('usual');
  const refused = (name: string) =>
    `priorityclasses.scheduling.k8s.io "${name}" is forbidden: PriorityClass usual is already marked as default. Only one default can exist`;
  await expect(create('other')).rejects.toThrow(refused('other'));
  const plain = await create('plain', {});
  const update = (object: PriorityClass, more: object) => client.update(PriorityClass, { ...object, ...more });
  await expect(update(plain, { globalDefault: true })).rejects.toThrow(refused('plain'));
  const usual = await client.get(PriorityClass, { name: 'usual' });
  expect((await update(usual, { description: 'd' })).description).toBe('d');
});

it('keeps the priority and tolerations of a pod that is replaced by one that says nothing of them', async () => {
  const { client } = cluster;
  const namespace = 'default';
  await client.create(PriorityClass, { metadata: { name: 'polite' }, value: 9, preemptionPolicy: 'Never' });
  const spec = { priorityClassName: 'polite', containers: [{ name: 'c', image: 'i' }] };
  const made = await client.create(Pod, { metadata: { name: 'p', namespace }, spec });
  const { priority: _priority, preemptionPolicy: _policy, tolerations, ...silent } = made.spec;
  const labels = { a: 'b' };
  const replaced = await client.update(Pod, { ...made, metadata: { ...made.metadata, labels }, spec: silent });
  expect(replaced.spec).toMatchObject({ priority: 9, preemptionPolicy: 'Never', tolerations });
});
