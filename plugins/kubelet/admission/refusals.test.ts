import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../pod.ts';
import { NodeAccount } from './node-account.ts';
import { refusalsOf, type AdmittingNode } from './refusals.ts';
import { takenBy } from './taken.ts';

const node: AdmittingNode = {
  name: 'n1',
  labels: { 'kubernetes.io/os': 'linux', zone: 'a' },
  taints: [
    { key: 'gone', effect: 'NoExecute' },
    { key: 'full', effect: 'NoSchedule' },
  ],
  allocatable: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '10Gi', pods: '3', 'example.com/card': '1' },
  hasAppArmor: false,
};
const tolerant = [{ key: 'gone', operator: 'Exists' }] as const;

let uids = 0;
function pod(spec: Partial<PodSpec> = {}, requests: Record<string, string> = {}, labels = {}): Pod {
  const containers = [{ name: 'main', image: 'x', resources: { requests } }];
  const uid = `u${uids++}`;
  return {
    metadata: { name: uid, uid, labels },
    spec: { containers, tolerations: tolerant, ...spec },
    status: {},
  } as unknown as Pod;
}
function withAnnotation(key: string, value: string): Pod {
  const plain = pod();
  return { ...plain, metadata: { ...plain.metadata, annotations: { [key]: value } } };
}
const onPort = (hostPort: number, hostIP = ''): Partial<PodSpec> =>
  ({
    containers: [{ name: 'main', resources: {}, ports: [{ containerPort: 1, hostPort, hostIP, protocol: 'TCP' }] }],
  }) as never;

function refusals(wanted: Pod, others: readonly Pod[], of = node) {
  const account = new NodeAccount();
  for (const other of others) account.take(other.metadata.uid, takenBy(other));
  const found = refusalsOf(wanted, takenBy(wanted), account.without(wanted.metadata.uid), of);
  return found.map(({ reason, message }) => ({ reason, message }));
}

describe('refusalsOf', () => {
  it('takes a pod that asks for AppArmor where there is such', () => {
    const wanted = pod({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } });
    expect(refusals(wanted, [], { ...node, hasAppArmor: true })).toEqual([]);
  });

  it.each<[string, Pod, readonly Pod[]]>([
    ['asks for nothing', pod(), []],
    ['just fits', pod({}, { cpu: '500m' }), [pod({}, { cpu: '1500m' })]],
    ['asks for what the node does not count', pod({}, { 'example.com/other': '1' }), []],
    ['has a port of another address', pod(onPort(80, '10.0.0.1')), [pod(onPort(80, '10.0.0.2'))]],
    ['names the node', pod({ nodeSelector: { zone: 'a' } }), []],
    ['asks for no AppArmor', pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }), []],
  ])('takes a pod that %s', (_what, wanted, others) => {
    expect(refusals(wanted, others)).toEqual([]);
  });

  const amounts = (name: string, requested: number, used: number, capacity: number): string =>
    `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  it.each<[string, Pod, readonly Pod[], string]>([
    ['OutOfcpu', pod({}, { cpu: '600m' }), [pod({}, { cpu: '1500m' })], amounts('cpu', 600, 1500, 2000)],
    ['OutOfmemory', pod({}, { memory: '2Gi' }), [], amounts('memory', 2 ** 31, 0, 2 ** 30)],
    ['OutOfpods', pod(), [pod(), pod(), pod()], amounts('pods', 1, 3, 3)],
    ['OutOfexample.com/card', pod({}, { 'example.com/card': '2' }), [], amounts('example.com/card', 2, 0, 1)],
    [
      'NodeAffinity',
      pod({ nodeSelector: { zone: 'b' } }),
      [],
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'NodePorts',
      pod(onPort(80)),
      [pod(onPort(80, '10.0.0.2'))],
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'TaintToleration',
      pod({ tolerations: [] }),
      [],
      "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    ],
    [
      'AppArmor',
      pod({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
      [],
      'Cannot enforce AppArmor: AppArmor is not enabled on the host',
    ],
    [
      'AppArmor',
      withAnnotation('container.apparmor.security.beta.kubernetes.io/main', 'runtime/default'),
      [],
      'Cannot enforce AppArmor: AppArmor is not enabled on the host',
    ],
    [
      'PodOSNotSupported',
      pod({ os: { name: 'windows' } }),
      [],
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
    [
      'PodOSSelectorNodeLabelDoesNotMatch',
      pod({}, {}, { 'kubernetes.io/os': 'windows' }),
      [],
      "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    ],
  ])('says %s', (reason, wanted, others, message) => {
    expect(refusals(wanted, others)).toEqual([{ reason, message }]);
  });

  it('does not count what a pod has devices for', () => {
    const resource = 'deviceclass.resource.kubernetes.io/gold';
    const wanted = pod({}, { [resource]: '1' });
    expect(refusals(wanted, [])).toMatchObject([{ reason: `OutOf${resource}` }]);
    const requestMappings = [{ containerName: 'main', resourceName: resource, requestName: 'container-0-request-0' }];
    const status = { extendedResourceClaimStatus: { requestMappings, resourceClaimName: 'c' } } as Pod['status'];
    expect(refusals({ ...wanted, status }, [])).toEqual([]);
  });

  it('names what a pod is short of in the order in which upstream looks: pods, cpu, memory', () => {
    const greedy = pod({}, { memory: '2Gi', cpu: '3' });
    const reasons = (others: readonly Pod[]) => refusals(greedy, others).map(({ reason }) => reason);
    expect(reasons([])).toEqual(['OutOfcpu', 'OutOfmemory']);
    expect(reasons([pod(), pod(), pod()])).toEqual(['OutOfpods', 'OutOfcpu', 'OutOfmemory']);
  });
});
