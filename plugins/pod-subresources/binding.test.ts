import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { Binding } from '../kinds/core/v1/binding.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const namespace = 'default';

async function waiting(name: string): Promise<() => Promise<string | undefined>> {
  const spec = { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i' }] };
  await cluster.client.create(Pod, { metadata: { name, namespace }, spec });
  return async () => (await cluster.client.get(Pod, { name, namespace })).spec.nodeName;
}

const bind = (name: string, metadata: object, target: object) =>
  cluster.client.createOn(Pod, { name, namespace }, 'binding', { metadata, target });

it('puts a pod on a node once', async () => {
  const nodeOf = await waiting('once');
  await bind('once', { name: 'once' }, { kind: 'Node', name: 'n' });
  expect(await nodeOf()).toBe('n');
  await expect(bind('once', { name: 'once' }, { name: 'm' })).rejects.toThrow(
    'Operation cannot be fulfilled on pods/binding "once": pod once is already assigned to node "n"',
  );
});

it('tells of another pod of this name as the store does', async () => {
  await waiting('replaced');
  await expect(bind('replaced', { name: 'replaced', uid: 'x' }, { name: 'n' })).rejects.toThrow(
    /^Operation cannot be fulfilled on pods "replaced": StorageError: invalid object, Code: 4, Key: \/registry\/pods\/default\/replaced, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: \S+$/,
  );
});

it('refuses a pod of a runtime class without a name in upstream’s words', async () => {
  const spec = { runtimeClassName: '', containers: [{ name: 'c', image: 'i' }] };
  const made = cluster.client.create(Pod, { metadata: { name: 'classless', namespace }, spec });
  await expect(made).rejects.toThrow(/^resource name may not be empty$/);
});

it.each([
  [{ name: 'other' }, { name: 'n' }, 'name in URL does not match name in Binding object'],
  [{ name: 'bad' }, {}, 'target.name: Required value'],
  [
    { name: 'bad' },
    { kind: 'Chair' },
    '[target.kind: Unsupported value: "Chair": supported values: "Node", "<empty>", target.name: Required value]',
  ],
])('refuses %j %j', async (metadata, target, message) => {
  await expect(bind('bad', metadata, target)).rejects.toThrow(message);
});

it('judges of the pod what the binding changes of its metadata, and as upstream no more', async () => {
  const nodeOf = await waiting('odd');
  const annotations = { 'not a key': '' };
  await expect(bind('odd', { name: 'odd', annotations }, { name: 'n' })).rejects.toThrow(
    'metadata.annotations: Invalid',
  );
  await bind('odd', { name: 'odd' }, { name: 'No_Name_Of_A_Node' });
  expect(await nodeOf()).toBe('No_Name_Of_A_Node');
});

it('answers the oldest clients, who do not name the pod in the path, and does nothing in a dry run', async () => {
  const nodeOf = await waiting('old');
  const binding = { metadata: { name: 'old', namespace }, target: { name: 'n' } };
  await cluster.client.create(Binding, binding, { dryRun: true });
  expect(await nodeOf()).toBeUndefined();
  await cluster.client.create(Binding, binding);
  expect(await nodeOf()).toBe('n');
});

it('tells a pod where its node is, over what it said itself, and what the binding says', async () => {
  const zone = 'topology.kubernetes.io/zone';
  const labels = { [zone]: 'z', 'topology.kubernetes.io/region': 'r', other: 'o' };
  await cluster.client.create(Node, { metadata: { name: 'somewhere', labels } });
  const told = { a: 'b', [zone]: 'z', 'topology.kubernetes.io/region': 'r' };
  const get = async (name: string) => (await cluster.client.get(Pod, { name, namespace })).metadata.labels;
  await waiting('zoned');
  await bind('zoned', { name: 'zoned', labels: { a: 'b', [zone]: 'elsewhere' } }, { name: 'somewhere' });
  expect(await get('zoned')).toEqual(told);
  const spec = { nodeName: 'somewhere', containers: [{ name: 'c', image: 'i' }] };
  await cluster.client.create(Pod, { metadata: { name: 'placed', namespace, labels: { a: 'b' } }, spec });
  expect(await get('placed')).toEqual(told);
});
