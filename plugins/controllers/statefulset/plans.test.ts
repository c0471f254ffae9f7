import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import { templateOfPatch, templatePatch } from '../history/plan-history.ts';
import { hasOtherController, isLeftBy, plannedOwners } from './claim-owners.ts';
import { planStatefulSet, type StatefulFacts, type Step } from './plan-stateful-set.ts';
import { ordinalOf, statefulPod } from './stateful-identity.ts';
import { statefulSetStatus } from './stateful-set-status.ts';

const REVISIONS = { current: 'old', update: 'new' };

const stateful = (replicas: number, spec: object = {}, status: object = {}): StatefulSet =>
  ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'd', uid: 'set', generation: 3 },
    spec: {
      replicas,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
    },
    status,
  }) as unknown as StatefulSet;

const PHASES: Readonly<Record<string, string>> = { failed: 'Failed', succeeded: 'Succeeded', pending: 'Pending' };
/** Written as `0 new ready` or `1 old going`. */
function pod(text: string): Pod {
  const [ordinal, revision, state = ''] = text.split(' ');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `web-${ordinal}`,
      uid: `pod-${ordinal}`,
      labels: { 'controller-revision-hash': revision },
      ...(state === 'going' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    status: {
      phase: PHASES[state] ?? 'Running',
      conditions: [
        {
          type: 'Ready',
          status: ['ready', 'going'].includes(state) ? 'True' : 'False',
          lastTransitionTime: '1970-01-01T00:00:00Z',
        },
      ],
    },
  } as unknown as Pod;
}
const facts = (more: Partial<StatefulFacts> = {}): StatefulFacts => ({
  nowMs: 0,
  isUnsettled: () => false,
  isBlocked: () => false,
  ...more,
});
const told = (step: Step): string =>
  step.act === 'create' ? `create ${step.ordinal} ${step.revision}` : `${step.act} ${step.ordinal}`;
const planned = (set: StatefulSet, pods: readonly string[], more: Partial<StatefulFacts> = {}): readonly string[] =>
  planStatefulSet(set, pods.map(pod), REVISIONS, facts(more)).map(told);

describe('in order', () => {
  it.each<[string, StatefulSet, readonly string[], readonly string[]]>([
    ['the first comes first', stateful(2), [], ['create 0 new']],
    ['the next one only when it serves', stateful(2), ['0 new unready'], []],
    ['and then it comes', stateful(2), ['0 new ready'], ['create 1 new']],
    ['a gap is filled before anything else', stateful(3), ['0 new ready', '2 old ready'], ['create 1 new']],
    ['one that goes is waited for', stateful(2), ['0 new going'], []],
    ['what failed is ended, and comes back', stateful(2), ['0 new failed'], ['delete 0']],
    ['what succeeded, too', stateful(2), ['0 new succeeded'], ['delete 0']],
    ['numbers start where they are told to', stateful(1, { ordinals: { start: 5 } }), [], ['create 5 new']],
    ['the last goes first', stateful(1), ['0 new ready', '1 new ready', '2 new ready'], ['delete 2']],
    ['and the next once it is gone', stateful(1), ['0 new ready', '1 new ready', '2 new going'], []],
    ['not while a lower one is unwell', stateful(0), ['0 new unready', '1 new ready'], ['delete 1']],
    ['an unwell one only if none before it is', stateful(0), ['0 new unready', '1 new unready'], []],
    ['an unwell one alone', stateful(1), ['0 new ready', '1 new unready'], ['delete 1']],
    ['scaling comes before updating', stateful(1), ['0 old ready', '1 old ready'], ['delete 1']],
    ['updates go from the last to the first', stateful(2), ['0 old ready', '1 old ready'], ['delete 1']],
    ['each once the one before serves', stateful(2), ['0 old ready', '1 new unready'], []],
    ['and then the next', stateful(2), ['0 old ready', '1 new ready'], ['delete 0']],
    [
      'down to the partition',
      stateful(2, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }),
      ['0 old ready', '1 new ready'],
      [],
    ],
    [
      'below which pods come back as they were',
      stateful(2, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }),
      [],
      ['create 0 old'],
    ],
    ['not at all on delete', stateful(1, { updateStrategy: { type: 'OnDelete' } }), ['0 old ready'], []],
    [
      'where the new one comes once the old one is ended',
      stateful(1, { updateStrategy: { type: 'OnDelete' } }),
      [],
      ['create 0 new'],
    ],
    ['what is not numbered is let be', stateful(0), ['x new ready'], []],
    ['time as ready counts', stateful(2, { minReadySeconds: 10 }), ['0 new ready'], []],
  ])('%s', (_name, set, pods, steps) => {
    expect(planned(set, pods)).toEqual(steps);
  });

  it('a pod is served what belongs to it, and waited for where a claim of its predecessor goes', () => {
    const isUnsettled = (): boolean => true;
    expect(planned(stateful(2), ['0 new ready', '1 new pending'], { isUnsettled })).toEqual(['settle 0', 'settle 1']);
    expect(planned(stateful(0), ['0 new ready'], { isUnsettled })).toEqual(['settle 0', 'delete 0']);
    expect(planned(stateful(2), [], { isBlocked: () => true })).toEqual([]);
  });
});

describe('in parallel', () => {
  const parallel = (replicas: number) => stateful(replicas, { podManagementPolicy: 'Parallel' });
  it.each<[string, StatefulSet, readonly string[], readonly string[]]>([
    ['all come at once', parallel(3), ['1 new unready'], ['create 0 new', 'create 2 new']],
    ['all go at once', parallel(0), ['0 new ready', '1 new unready', '2 new going'], ['delete 1', 'delete 0']],
    ['updates go one by one', parallel(2), ['0 old ready', '1 old ready'], ['delete 1']],
    ['what failed does not hold up the others', parallel(2), ['0 new failed'], ['delete 0', 'create 1 new']],
  ])('%s', (_name, set, pods, steps) => {
    expect(planned(set, pods)).toEqual(steps);
  });
});

it('gives pods names, labels, host names and claims of their own', () => {
  const set = stateful(1, {
    serviceName: 'nginx',
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    selector: { matchLabels: {} },
  });
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: {
      containers: [],
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  } as unknown as PodTemplateSpec;
  expect(statefulPod(set, template, 'web-1a', 7)).toEqual({
    metadata: {
      name: 'web-7',
      labels: {
        a: 'b',
        'apps.kubernetes.io/pod-index': '7',
        'controller-revision-hash': 'web-1a',
        'statefulset.kubernetes.io/pod-name': 'web-7',
      },
    },
    spec: {
      containers: [],
      hostname: 'web-7',
      subdomain: 'nginx',
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data-web-7' } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  });
  const named = (name: string) => ordinalOf(set, { metadata: { name } } as Pod);
  expect(['web-7', 'web-07', 'web-x', 'web', 'other-1', 'web-1-2'].map(named)).toEqual([
    7,
    ...Array(5).fill(undefined),
  ]);
});

it('takes its template back out of a revision', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
  const back = templateOfPatch(templatePatch(template as unknown as PodTemplateSpec));
  expect(back).toMatchObject(template);
  expect(back).not.toHaveProperty('$patch');
  expect(templateOfPatch({ spec: 1 })).toBeUndefined();
});

describe('its status', () => {
  it.each([
    [
      'counts',
      stateful(3),
      ['0 new ready', '1 old ready', '2 old going'],
      { replicas: 3, readyReplicas: 3, currentReplicas: 1, updatedReplicas: 1, currentRevision: 'old' },
    ],
    [
      'is done when all are',
      stateful(2),
      ['0 new ready', '1 new ready'],
      { currentReplicas: 2, updatedReplicas: 2, currentRevision: 'new' },
    ],
    ['and not before they are ready', stateful(1), ['0 new unready'], { updatedReplicas: 1, currentRevision: 'old' }],
    [
      'nor on delete',
      stateful(1, { updateStrategy: { type: 'OnDelete' } }),
      ['0 new ready'],
      { currentRevision: 'old' },
    ],
  ])('%s', (_name, set, pods, expected) => {
    const status = statefulSetStatus(set, pods.map(pod), REVISIONS, 0);
    expect(status).toMatchObject({ ...expected, updateRevision: 'new', observedGeneration: 3, collisionCount: 0 });
  });
});

describe('claims', () => {
  const owner = (kind: string, uid: string, more: object = {}) => ({
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    name: kind === 'Pod' ? 'web-0' : kind === 'StatefulSet' ? 'web' : 'x',
    uid,
    controller: true,
    blockOwnerDeletion: true,
    ...more,
  });
  const SET = owner('StatefulSet', 'set');
  const POD = owner('Pod', 'pod-0');
  const OTHER = owner('Widget', 'w');
  const set = (whenDeleted: string, whenScaled: string) =>
    stateful(1, { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } });
  const claim = (...ownerReferences: readonly object[]) =>
    ({ metadata: { ownerReferences } }) as unknown as PersistentVolumeClaim;
  it.each<[string, StatefulSet, readonly object[], boolean, readonly object[] | undefined]>([
    ['are kept', set('Retain', 'Retain'), [], false, undefined],
    ['are kept again', set('Retain', 'Retain'), [SET, OTHER], false, [OTHER]],
    ['go with the set', set('Delete', 'Retain'), [], false, [SET]],
    ['go with the set, also of pods that were scaled away', set('Delete', 'Retain'), [SET], true, undefined],
    ['go with the pod once it is scaled away', set('Retain', 'Delete'), [], true, [POD]],
    ['and not while it is wanted', set('Retain', 'Delete'), [POD], false, []],
    ['go with the set', set('Delete', 'Delete'), [POD], false, [SET]],
    ['or the pod', set('Delete', 'Delete'), [SET], true, [POD]],
    [
      'are controlled, not only owned',
      set('Delete', 'Retain'),
      [owner('StatefulSet', 'set', { controller: false })],
      false,
      [SET],
    ],
    ['of somebody else are let be', set('Delete', 'Delete'), [OTHER], false, undefined],
    ['and let go', set('Delete', 'Delete'), [OTHER, SET], false, [OTHER]],
    [
      'of an earlier set of that name are let be',
      set('Delete', 'Delete'),
      [owner('StatefulSet', 'before')],
      false,
      undefined,
    ],
  ])('%s', (_name, of, owners, isScaledAway, expected) => {
    expect(plannedOwners(of, pod('0 new ready'), claim(...owners), isScaledAway)).toEqual(expected);
  });

  it('know whose they were', () => {
    expect([isLeftBy('web-0', claim(POD)), isLeftBy('web-1', claim(POD)), isLeftBy('web-0', claim(SET))]).toEqual([
      true,
      false,
      false,
    ]);
    const conflicting = (policy: string) => hasOtherController(set(policy, 'Retain'), pod('0 new ready'), claim(OTHER));
    expect([conflicting('Delete'), conflicting('Retain')]).toEqual([true, false]);
  });
});
