import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../pod.ts';
import { NodeAdmission } from './node-admission.ts';
import { refusalOf, type AdmittingNode } from './refuse-pod.ts';

const node: AdmittingNode = {
  name: 'n1',
  labels: { 'kubernetes.io/os': 'linux', zone: 'a' },
  taints: [
    { key: 'gone', effect: 'NoExecute' },
    { key: 'full', effect: 'NoSchedule' },
  ],
  allocatable: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '10Gi', pods: '3', 'example.com/card': '1' },
};
const tolerant = [{ key: 'gone', operator: 'Exists' }] as const;

let uids = 0;
function pod(spec: Partial<PodSpec> = {}, requests: Record<string, string> = {}, labels = {}): Pod {
  const containers = [{ name: 'main', image: 'x', resources: { requests } }];
  const uid = `u${uids++}`;
  return {
    metadata: { name: uid, uid, labels },
    spec: { containers, tolerations: tolerant, ...spec },
  } as unknown as Pod;
}
const onPort = (hostPort: number, hostIP = ''): Partial<PodSpec> =>
  ({ containers: [{ name: 'main', ports: [{ containerPort: 1, hostPort, hostIP, protocol: 'TCP' }] }] }) as never;

describe('refusalOf', () => {
  it.each<[string, Pod, readonly Pod[]]>([
    ['asks for nothing', pod(), []],
    ['just fits', pod({}, { cpu: '500m' }), [pod({}, { cpu: '1500m' })]],
    ['asks for what the node does not count', pod({}, { 'example.com/other': '1' }), []],
    ['has a port of another address', pod(onPort(80, '10.0.0.1')), [pod(onPort(80, '10.0.0.2'))]],
    ['names the node', pod({ nodeSelector: { zone: 'a' } }), []],
  ])('takes a pod that %s', (_what, wanted, others) => {
    expect(refusalOf(wanted, others, node)).toBeUndefined();
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
    expect(refusalOf(wanted, others, node)).toEqual({ reason, message });
  });

  it('names what a pod is short of in the order in which upstream looks: pods, cpu, memory', () => {
    const greedy = pod({}, { memory: '2Gi', cpu: '3' });
    expect(refusalOf(greedy, [], node)?.reason).toBe('OutOfcpu');
    expect(refusalOf(greedy, [pod(), pod(), pod()], node)?.reason).toBe('OutOfpods');
  });
});

describe('NodeAdmission', () => {
  it('judges each pod beside those that were taken on, until they are released', async () => {
    const admission = new NodeAdmission({ latest: () => node, fetch: () => Promise.resolve(node) });
    const [first, second] = [pod(onPort(80)), pod(onPort(80))];
    expect(await admission.admit(first)).toBeUndefined();
    expect(await admission.admit(second)).toMatchObject({ reason: 'NodePorts' });
    expect(admission.has(second.metadata.uid)).toBe(false);
    admission.release(first.metadata.uid);
    expect(await admission.admit(second)).toBeUndefined();
  });

  it('asks for the Node anew before it refuses, and where none is known', async () => {
    let latest: AdmittingNode | undefined = { ...node, labels: {} };
    const admission = new NodeAdmission({ latest: () => latest, fetch: () => Promise.resolve(node) });
    expect(await admission.admit(pod({ nodeSelector: { zone: 'a' } }))).toBeUndefined();
    latest = undefined;
    expect(await admission.admit(pod({ nodeSelector: { zone: 'a' } }))).toBeUndefined();
    expect(await admission.admit(pod({ nodeSelector: { zone: 'b' } }))).toMatchObject({ reason: 'NodeAffinity' });
  });
});
