import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';
import { withPriority } from './pod-priority.ts';
import { withDefaultTolerations } from './default-tolerations.ts';
import { TOKEN_MOUNT_PATH, withServiceAccount } from './service-account-token.ts';
import { podSpec } from './testing/pod-spec.ts';

const account = (fields: Partial<ServiceAccount> = {}): ServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    name: 'default',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  ...fields,
});
const priorityClass = (name: string, value: number, globalDefault = false): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  value,
  globalDefault,
  preemptionPolicy: 'PreemptLowerPriority',
});
const mounts = (spec: PodSpec): readonly (readonly string[])[] =>
  spec.containers.map(({ volumeMounts = [] }) => volumeMounts.map(({ mountPath }) => mountPath));
const { random } = hostWorld();

describe('withServiceAccount', () => {
  it('mounts one token volume into every container that has nothing at its path', () => {
    const own = { name: 'own', mountPath: TOKEN_MOUNT_PATH };
    const spec = withServiceAccount(podSpec([{ name: 'a' }, { name: 'b', volumeMounts: [own] }]), account(), random);
    expect(mounts(spec)).toEqual([[TOKEN_MOUNT_PATH], [TOKEN_MOUNT_PATH]]);
    expect(spec.containers[1]?.volumeMounts).toEqual([own]);
    expect(spec.volumes?.map(({ name }) => name)).toEqual([expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/)]);
  });

  it.each([
    ['the pod, whatever the account says', false, true, 0],
    ['the account, where the pod says nothing', undefined, false, 0],
    ['the pod, against its account', true, false, 1],
  ])('leaves the choice to %s', (_, onPod, onAccount, volumes) => {
    const base = podSpec([{ name: 'a' }]);
    const wanted = onPod === undefined ? base : { ...base, automountServiceAccountToken: onPod };
    const spec = withServiceAccount(wanted, account({ automountServiceAccountToken: onAccount }), random);
    expect(spec.volumes ?? []).toHaveLength(volumes);
  });

  it('hands the account’s pull secrets to a pod that has none', () => {
    const secrets = [{ name: 'registry' }];
    expect(
      withServiceAccount(podSpec([{ name: 'a' }]), account({ imagePullSecrets: secrets }), random).imagePullSecrets,
    ).toEqual(secrets);
  });
});

describe('withPriority', () => {
  const classes = [priorityClass('high', 1000), priorityClass('usual', 5, true)];
  it.each([
    ['its class', { priorityClassName: 'high' }, classes, { priority: 1000, priorityClassName: 'high' }],
    ['the global default', {}, classes, { priority: 5, priorityClassName: 'usual' }],
    ['nothing', {}, [], { priority: 0 }],
  ])('takes the value of %s', (_, fields, given, expected) => {
    expect(withPriority({ ...podSpec([{ name: 'a' }]), ...fields }, given)).toMatchObject(expected);
  });

  it.each([
    [{ priorityClassName: 'none' }, 'no PriorityClass with name none was found'],
    [{ priorityClassName: 'high', priority: 7 }, 'the integer value of priority (7) must not be provided in pod spec'],
  ])('refuses %o', (fields, message) => {
    expect(() => withPriority({ ...podSpec([{ name: 'a' }]), ...fields }, classes)).toThrow(message);
  });
});

describe('withDefaultTolerations', () => {
  it('adds five minutes for each way a node fails, and only where the pod says nothing', () => {
    const spec = withDefaultTolerations(podSpec([{ name: 'a' }]));
    expect(spec.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]);
    expect(withDefaultTolerations(spec)).toBe(spec);
  });
});
