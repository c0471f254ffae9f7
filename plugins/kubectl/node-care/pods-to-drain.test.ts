import { expect, it } from 'vitest';
import type { KubeObject } from '../kube-object.ts';
import { podsToDrain } from './pods-to-drain.ts';

const pod = (name: string, owner: string, more: object = {}, phase = 'Running'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'n',
    ...(owner === '' ? {} : { ownerReferences: [{ kind: owner, controller: true }] }),
    ...(name === 'mirror' ? { annotations: { 'kubernetes.io/config.mirror': 'x' } } : {}),
  },
  spec: { ...more },
  status: { phase },
});
const ALL = [
  pod('owned', 'ReplicaSet'),
  pod('alone', ''),
  pod('over', '', {}, 'Succeeded'),
  pod('local', 'ReplicaSet', { volumes: [{ emptyDir: {} }] }),
  pod('daemon', 'DaemonSet'),
  pod('mirror', ''),
];

it('says what speaks against a drain', () => {
  const { problems } = podsToDrain(ALL, { force: false, ignoreDaemonSets: false, deleteEmptyDir: false });
  expect(problems).toEqual([
    'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): n/daemon',
    'cannot delete Pods with local storage (use --delete-emptydir-data to override): n/local',
    'cannot delete Pods that declare no controller (use --force to override): n/alone',
  ]);
});

it('takes all but mirrors and pods of daemon sets', () => {
  const { chosen, problems } = podsToDrain(ALL, { force: true, ignoreDaemonSets: true, deleteEmptyDir: true });
  expect(problems).toEqual([]);
  expect(chosen.map(({ metadata }) => (metadata as { name: string }).name)).toEqual([
    'owned',
    'alone',
    'over',
    'local',
  ]);
});
