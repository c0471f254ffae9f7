import { expect, it } from 'vitest';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { NodeView } from './contract.ts';
import { NodeLoad } from './node-load.ts';
import { SupposedNode } from './supposed-node.ts';

const node = { metadata: { name: 'n', labels: { a: 'b' } }, status: { allocatable: { cpu: '4' } } } as unknown as Node;

const pod = (name: string, requests: object, more: object = {}): Pod =>
  ({
    metadata: { name, uid: name },
    spec: {
      containers: [{ resources: { requests }, ports: [{ hostPort: 80, protocol: 'TCP' }] }],
      ...more,
    },
    status: {},
  }) as unknown as Pod;

const large = pod('large', { cpu: '2', memory: '1Gi', 'example.com/w': '3' });
const affine = pod('affine', { 'ephemeral-storage': '1Gi' }, { affinity: { podAntiAffinity: {} } });
const small = pod('small', { cpu: '1', 'example.com/w': '1' });

function loadOf(...pods: readonly Pod[]): NodeLoad {
  const load = new NodeLoad(node);
  for (const each of pods) load.add(each);
  return load;
}

function told({ name, labels, pods, affinePods, allocatable, requested, likely, hostPorts }: NodeView) {
  const others = Object.fromEntries([...requested.others].filter(([, amount]) => amount !== 0));
  const names = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.name).toSorted();
  const ports = Object.fromEntries(hostPorts);
  const sums = { ...requested, others };
  return { name, labels, pods: names(pods), affine: names(affinePods), allocatable, sums, likely, ports };
}

it('is told of as a node that has the pods it is supposed to have', () => {
  const base = loadOf(large, affine);
  const supposed = new SupposedNode(base, { without: new Set([large]), added: new Set([small]) });
  expect(told(supposed)).toEqual(told(loadOf(affine, small)));
  supposed.putBack(large);
  expect(told(supposed)).toEqual(told(loadOf(large, affine, small)));
  supposed.takeAway(affine);
  expect(told(supposed)).toEqual(told(loadOf(large, small)));
  expect(told(base)).toEqual(told(loadOf(large, affine)));
});
