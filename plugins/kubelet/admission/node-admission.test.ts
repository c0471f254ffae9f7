import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import type { Pod } from '../pod.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { AllowedSysctls } from '../sandbox/sysctls.ts';
import { NodeAccount } from './node-account.ts';
import { NodeAdmission } from './node-admission.ts';
import type { AdmittingNode, Refusal } from './refusals.ts';
import { takenBy } from './taken.ts';

const NODE: AdmittingNode = {
  name: 'n1',
  labels: { zone: 'a' },
  taints: [],
  allocatable: { cpu: '2', pods: '3' },
  hasAppArmor: false,
};
const CRITICAL = 2_000_000_000;

const named = (name: string, spec: Partial<SpecInput> = {}): Pod => {
  const pod = podOf(spec);
  return { ...pod, metadata: { ...pod.metadata, name, uid: name } };
};
const asking = (cpu: string): SpecInput['containers'] => [
  { name: 'app', image: 'i', resources: { requests: { cpu } } },
];
const onPort = (hostPort: number): Partial<SpecInput> => ({
  containers: [{ name: 'app', image: 'i', ports: [{ containerPort: 1, hostPort }] }],
});

/** A node whose pods end when a test says so. */
class TestNode {
  latest: AdmittingNode | undefined = NODE;
  closed: Refusal | undefined;
  readonly account = new NodeAccount();
  readonly running: Pod[] = [];
  readonly going = new Map<string, () => void>();
  readonly admission = new NodeAdmission({
    source: { latest: () => this.latest, fetch: async () => NODE },
    account: this.account,
    log: silentLogger,
    closed: () => this.closed,
    pressed: () => undefined,
    sysctls: new AllowedSysctls(),
    pods: () =>
      this.running
        .filter(({ metadata }) => !this.going.has(metadata.uid))
        .map(pod => ({
          pod,
          preempt: () => new Promise<void>(resolve => this.going.set(pod.metadata.uid, resolve)),
        })),
  });

  async admit(pod: Pod) {
    const refusal = await this.admission.admit(pod, takenBy(pod));
    if (refusal === undefined) this.running.push(pod);
    return refusal;
  }

  end(uid: string) {
    this.account.release(uid);
    this.going.get(uid)?.();
  }
}

it('judges each pod beside those that were taken on, until they are gone', async () => {
  const node = new TestNode();
  expect(await node.admit(named('first', onPort(80)))).toBeUndefined();
  expect(await node.admit(named('second', onPort(80)))).toMatchObject({ reason: 'NodePorts' });
  expect(node.account.has('second')).toBe(false);
  node.end('first');
  expect(await node.admit(named('second', onPort(80)))).toBeUndefined();
});

it('asks for the Node anew before it refuses, and where none is known', async () => {
  const node = new TestNode();
  node.latest = { ...NODE, labels: {} };
  expect(await node.admit(named('one', { nodeSelector: { zone: 'a' } }))).toBeUndefined();
  node.latest = undefined;
  expect(await node.admit(named('two', { nodeSelector: { zone: 'a' } }))).toBeUndefined();
  expect(await node.admit(named('three', { nodeSelector: { zone: 'b' } }))).toMatchObject({ reason: 'NodeAffinity' });
});

it('lets a critical pod push others out, which counts at once and is waited for', async () => {
  const node = new TestNode();
  await node.admit(named('plain', { containers: asking('1500m') }));
  let isIn = false;
  const critical = node.admit(named('critical', { priority: CRITICAL, containers: asking('1') })).then(refusal => {
    isIn = true;
    return refusal;
  });
  await expect.poll(() => [...node.going.keys()]).toEqual(['plain']);
  expect(node.account.has('critical')).toBe(true);
  // Whoever comes meanwhile is not judged by room that is about to be free.
  const small = node.admit(named('small', { containers: asking('1') }));
  const large = node.admit(named('large', { containers: asking('1') }));
  expect(isIn).toBe(false);
  node.end('plain');
  expect(await critical).toBeUndefined();
  expect(await small).toBeUndefined();
  expect(await large).toMatchObject({
    reason: 'OutOfcpu',
    message: "Node didn't have enough resource: cpu, requested: 1000, used: 2000, capacity: 2000",
  });
});

it('pushes nobody out where that would not help', async () => {
  const node = new TestNode();
  await node.admit(named('plain', { containers: asking('1500m') }));
  const critical = { priority: CRITICAL, containers: asking('1') };
  expect(await node.admit(named('elsewhere', { ...critical, nodeSelector: { zone: 'b' } }))).toMatchObject({
    reason: 'NodeAffinity',
  });
  expect(await node.admit(named('huge', { priority: CRITICAL, containers: asking('4') }))).toEqual({
    reason: 'UnexpectedAdmissionError',
    message:
      'Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 2000), ]',
  });
  expect(await node.admit(named('less', { priority: CRITICAL - 1, containers: asking('1') }))).toMatchObject({
    reason: 'OutOfcpu',
  });
  expect([...node.going]).toEqual([]);
});

it('takes on no pod that sets what it may not', async () => {
  const node = new TestNode();
  const securityContext = { sysctls: [{ name: 'kernel.msgmax', value: '1' }] };
  expect(await node.admit(named('a', { securityContext }))).toEqual({
    reason: 'SysctlForbidden',
    message: 'forbidden sysctl: "kernel.msgmax" not allowlisted',
  });
});

it('takes on none at all, critical or not, while it is closed', async () => {
  const node = new TestNode();
  node.closed = { reason: 'NodeShutdown', message: 'going' };
  expect(await node.admit(named('a', { priority: CRITICAL }))).toBe(node.closed);
  node.closed = undefined;
  expect(await node.admit(named('a'))).toBeUndefined();
});
