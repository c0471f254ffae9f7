import { describe, expect, it } from 'vitest';
import type { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import type { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { planHistory, revisionsToForget, templatePatch } from '../history/plan-history.ts';
import { daemonNodes, nodeFit, type DaemonNode } from './daemon-nodes.ts';
import { daemonSetController } from './daemonset.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { daemonPodTemplate, daemonTolerations, targetNodeOf } from './daemon-template.ts';
import { FailedPodBackOff } from './failed-pod-back-off.ts';
import { planDaemonPods, type DaemonRules } from './plan-daemon-pods.ts';
import { planDaemonUpdate } from './plan-daemon-update.ts';

const spec = (more: object = {}): PodSpec => ({ containers: [{ name: 'c' }], ...more }) as unknown as PodSpec;
const node = (name: string, more: { labels?: object; taints?: readonly object[] } = {}): Node =>
  ({ metadata: { name, labels: more.labels ?? {} }, spec: { taints: more.taints } }) as unknown as Node;

type State = 'ready' | 'unready' | 'failed' | 'succeeded' | 'going';
let made = 0;
/** Written as `new ready`, `old going`; the first is the oldest. */
function pod(text: string, on = 'n'): Pod {
  const [hash, state] = text.split(' ') as [string, State];
  made += 1;
  const phases: Readonly<Record<string, string>> = { failed: 'Failed', succeeded: 'Succeeded' };
  return {
    metadata: {
      name: text,
      namespace: 'd',
      uid: String(made),
      creationTimestamp: new Date(made * 1000).toISOString(),
      labels: { hash },
      ...(state === 'going' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { nodeName: on },
    status: {
      phase: phases[state] ?? 'Running',
      conditions: [{ type: 'Ready', status: state === 'ready' ? 'True' : 'False' }],
    },
  } as unknown as Pod;
}

const rules = (more: Partial<DaemonRules> = {}): DaemonRules => ({
  surges: false,
  minReadySeconds: 0,
  nowMs: 0,
  isUpdated: ({ metadata }) => metadata.labels?.['hash'] === 'new',
  isHeld: () => false,
  ...more,
});
/** `+` says that a pod should run, `~` that one may stay, `-` neither. */
const at = (fit: '+' | '~' | '-', pods: readonly string[], name = 'n'): DaemonNode => ({
  name,
  shouldRun: fit === '+',
  mayStay: fit !== '-',
  pods: pods.map(text => pod(text, name)),
});
const names = (pods: readonly Pod[]): readonly string[] => pods.map(({ metadata }) => metadata.name);

describe('where daemons run', () => {
  const taint = (effect: string, key = 'k') => ({ key, effect });
  it.each<[string, PodSpec, Node, readonly [boolean, boolean]]>([
    ['anywhere', spec(), node('a'), [true, true]],
    ['where the selector says', spec({ nodeSelector: { x: 'y' } }), node('a', { labels: { x: 'y' } }), [true, true]],
    ['not elsewhere', spec({ nodeSelector: { x: 'y' } }), node('a', { labels: { x: 'z' } }), [false, false]],
    ['on the node it names', spec({ nodeName: 'b' }), node('a'), [false, false]],
    ['not past a taint, yet it stays', spec(), node('a', { taints: [taint('NoSchedule')] }), [false, true]],
    ['not past one that evicts', spec(), node('a', { taints: [taint('NoExecute')] }), [false, false]],
    [
      'past what it bears',
      spec({ tolerations: [{ operator: 'Exists' }] }),
      node('a', { taints: [taint('NoExecute')] }),
      [true, true],
    ],
    [
      'where others may not go',
      spec(),
      node('a', { taints: [taint('NoSchedule', 'node.kubernetes.io/unschedulable')] }),
      [true, true],
    ],
    [
      'on nodes that fail',
      spec(),
      node('a', { taints: [taint('NoExecute', 'node.kubernetes.io/unreachable')] }),
      [true, true],
    ],
    [
      'not without a network',
      spec(),
      node('a', { taints: [taint('NoSchedule', 'node.kubernetes.io/network-unavailable')] }),
      [false, true],
    ],
    [
      'on the host network without one',
      spec({ hostNetwork: true }),
      node('a', { taints: [taint('NoSchedule', 'node.kubernetes.io/network-unavailable')] }),
      [true, true],
    ],
  ])('%s', (_name, wanted, on, [shouldRun, mayStay]) => {
    expect(nodeFit(wanted)(on)).toEqual({ shouldRun, mayStay });
  });

  it('bears for good what its template bears for a while', () => {
    const brief = {
      key: 'node.kubernetes.io/not-ready',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    };
    const borne = daemonTolerations(spec({ tolerations: [brief] }));
    expect(borne).toHaveLength(6);
    expect(borne[0]).toEqual({ key: brief.key, operator: 'Exists', effect: 'NoExecute' });
  });

  it('is said in the affinity of its pod, in place of what the template requires', () => {
    const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] };
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
    const template = {
      metadata: { labels: { a: 'b' } },
      spec: spec({ affinity: { nodeAffinity: { ...preferred, ...required } } }),
    };
    const made = daemonPodTemplate(template, 'n-1', 'h', 3);
    expect(made.metadata.labels).toEqual({ a: 'b', 'controller-revision-hash': 'h', 'pod-template-generation': '3' });
    expect(made.spec.affinity?.nodeAffinity).toMatchObject(preferred);
    expect(targetNodeOf({ spec: made.spec } as Pod)).toBe('n-1');
    expect(targetNodeOf({ spec: spec() } as Pod)).toBeUndefined();
  });
});

describe('a node gets one pod', () => {
  it.each<[string, DaemonNode, Partial<DaemonRules>, boolean, readonly string[]]>([
    ['where there is none', at('+', []), {}, true, []],
    ['and no more', at('+', ['new ready']), {}, false, []],
    ['and not where none should be', at('~', []), {}, false, []],
    ['that may stay', at('~', ['new ready']), {}, false, []],
    ['that must go', at('-', ['new ready', 'old going']), {}, false, ['new ready']],
    ['once the last one is gone', at('+', ['old going']), {}, false, []],
    ['beside one that is going, where it surges', at('+', ['old going']), { surges: true }, true, []],
    ['in place of one that failed', at('+', ['new failed']), {}, false, ['new failed']],
    ['unless one failed just now', at('+', ['new failed']), { isHeld: () => true }, false, []],
    ['in place of one that ended', at('+', ['new succeeded']), { isHeld: () => true }, false, ['new succeeded']],
    ['of several the oldest', at('+', ['old ready', 'new ready']), {}, false, ['new ready']],
    ['or two, while the old one serves', at('+', ['old ready', 'new unready']), { surges: true }, false, []],
    ['not when neither does', at('+', ['old unready', 'new unready']), { surges: true }, false, ['old unready']],
    ['nor when both do', at('+', ['old ready', 'new ready']), { surges: true }, false, ['old ready']],
    ['nor three', at('+', ['old ready', 'new unready', 'new ready']), { surges: true }, false, ['new ready']],
  ])('%s', (_name, on, more, create, remove) => {
    const plan = planDaemonPods({ nodes: [on], strays: [] }, rules(more));
    expect([plan.create, names(plan.remove)]).toEqual([create ? ['n'] : [], remove]);
  });

  it('by what each is bound to or meant for; pods that no node will ever take go', () => {
    const affine = daemonPodTemplate({ metadata: {}, spec: spec() }, 'gone', 'h', undefined);
    const stray = { ...pod('new unready'), spec: affine.spec };
    const seen = daemonNodes(spec(), [node('a')], [pod('new ready', 'a'), stray, pod('old ready', 'gone')]);
    expect(seen.nodes.map(({ name, pods }) => [name, names(pods)])).toEqual([['a', ['new ready']]]);
    expect(planDaemonPods(seen, rules()).remove).toEqual([stray]);
  });
});

describe('an update', () => {
  const daemonSet = (rollingUpdate: object): DaemonSet =>
    ({
      metadata: {},
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
      status: {},
    }) as unknown as DaemonSet;
  it('waits to be asked', () => {
    const patient = { spec: { updateStrategy: { type: 'OnDelete' } } } as unknown as DaemonSet;
    expect(planDaemonUpdate(patient, nodes(['old unready']), rules())).toEqual({ create: [], remove: [] });
  });

  const nodes = (...each: readonly (readonly string[])[]) => each.map((pods, i) => at('+', pods, String(i)));
  it.each<[string, object, readonly DaemonNode[], readonly string[], readonly string[]]>([
    ['takes one at a time', { maxUnavailable: 1 }, nodes(['old ready'], ['old ready']), [], ['0']],
    ['waits for the new one', { maxUnavailable: 1 }, nodes(['new unready'], ['old ready']), [], []],
    ['goes on after it', { maxUnavailable: 1 }, nodes(['new ready'], ['old ready']), [], ['1']],
    [
      'rounds its share up',
      { maxUnavailable: '34%' },
      nodes(['old ready'], ['old ready'], ['old ready']),
      [],
      ['0', '1'],
    ],
    [
      'waits for nobody who does not serve',
      { maxUnavailable: 1 },
      nodes(['old unready'], ['old unready'], ['old ready']),
      [],
      ['0', '1'],
    ],
    ['counts nodes without any', { maxUnavailable: 1 }, nodes([], ['old ready']), [], []],
    ['counts nodes with too many', { maxUnavailable: 1 }, nodes(['old ready', 'old ready'], ['old ready']), [], []],
    ['moves at all', { maxUnavailable: 0, maxSurge: 0 }, nodes(['old ready']), [], ['0']],
    ['surges', { maxUnavailable: 0, maxSurge: 1 }, nodes(['old ready'], ['old ready']), ['0'], []],
    [
      'no further than it may',
      { maxUnavailable: 0, maxSurge: 1 },
      nodes(['old ready', 'new unready'], ['old ready']),
      [],
      [],
    ],
    [
      'and ends the old ones',
      { maxUnavailable: 0, maxSurge: 1 },
      nodes(['old ready', 'new ready'], ['old ready']),
      ['1'],
      ['0'],
    ],
    [
      'beyond, where nobody serves',
      { maxUnavailable: 0, maxSurge: 1 },
      nodes(['old unready'], ['old unready']),
      ['0', '1'],
      [],
    ],
    [
      'leaves nodes that none should be on when enough others serve',
      { maxUnavailable: 0, maxSurge: 1 },
      [at('+', ['new ready'], '0'), at('~', ['old ready'], '1')],
      [],
      ['1'],
    ],
    [
      'and not before',
      { maxUnavailable: 0, maxSurge: 1 },
      [at('+', ['new unready'], '0'), at('~', ['old ready'], '1')],
      [],
      [],
    ],
  ])('%s', (_name, rollingUpdate, on, create, remove) => {
    const plan = planDaemonUpdate(daemonSet(rollingUpdate), on, rules());
    expect([plan.create, plan.remove.map(({ spec: { nodeName } }) => nodeName)]).toEqual([create, remove]);
  });
});

it('counts nodes by the pod that counts there', () => {
  const nodes = [
    at('+', ['new ready']),
    at('+', ['old unready', 'new ready']),
    at('+', []),
    at('~', ['old ready']),
    at('-', []),
  ];
  const daemonSet = { metadata: { generation: 4 }, spec: {}, status: { collisionCount: 1 } } as unknown as DaemonSet;
  expect(daemonSetStatus(daemonSet, nodes, rules())).toEqual({
    currentNumberScheduled: 2,
    numberMisscheduled: 1,
    desiredNumberScheduled: 3,
    numberReady: 1,
    observedGeneration: 4,
    updatedNumberScheduled: 1,
    numberAvailable: 1,
    numberUnavailable: 2,
    collisionCount: 1,
  });
});

describe('its history', () => {
  const revision = (name: string, number: number, data: unknown): ControllerRevision =>
    ({
      metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' },
      data,
      revision: number,
    }) as unknown as ControllerRevision;
  const all = [revision('c', 3, { v: 3 }), revision('a', 1, { v: 1 }), revision('b', 2, { v: 2 })];
  it.each([
    ['something new is one more', { v: 4 }, [], 4],
    ['what it is already stays', { v: 3 }, ['c'], 3],
    ['what it was moves to the end', { v: 1 }, ['a'], 4],
  ])('%s', (_name, data, same, number) => {
    const history = planHistory(all, data);
    expect([history.same.map(({ metadata }) => metadata.name), history.revision]).toEqual([same, number]);
  });

  it('is forgotten from its start, but for what still lives', () => {
    const forgotten = (limit: number) =>
      revisionsToForget(all, limit, ({ metadata }) => metadata.name === 'a').map(({ metadata }) => metadata.name);
    expect([forgotten(3), forgotten(2), forgotten(1), forgotten(0)]).toEqual([[], ['b'], ['b', 'c'], ['b', 'c']]);
  });
});

it('lets failed pods of a node be for longer each time, until they have not failed for long', () => {
  const backOff = new FailedPodBackOff();
  expect(backOff.waitMs('n', 0)).toBeUndefined();
  backOff.replaced('n', 0);
  expect([backOff.waitMs('n', 0), backOff.waitMs('n', 1000), backOff.waitMs('m', 0)]).toEqual([
    1000,
    undefined,
    undefined,
  ]);
  backOff.replaced('n', 1000);
  expect(backOff.waitMs('n', 1000)).toBe(2000);
  const later = 3_600_000;
  backOff.replaced('n', later);
  expect(backOff.waitMs('n', later)).toBe(1000);
});

it('replaces a failed pod, and the next failed one later', async () => {
  const controller = daemonSetController();
  const template = { metadata: {}, spec: spec() };
  const object = {
    metadata: { name: 'd', uid: 'u' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template,
      updateStrategy: { type: 'OnDelete' },
      revisionHistoryLimit: 1,
    },
    status: {},
  };
  const revision = { metadata: { name: 'r' }, data: templatePatch(template), revision: 1 };
  const removed: string[] = [];
  const look = (nowMs: number) =>
    controller.reconcile({
      object,
      owned: { pods: [pod('new failed')], revisions: [revision] },
      caches: { of: () => ({ list: () => [node('n')] }) },
      client: { delete: async (_kind: unknown, { name }: { name: string }) => void removed.push(name) },
      nowMs,
      event: () => undefined,
    } as unknown as Parameters<typeof controller.reconcile>[0]);
  await look(0);
  expect(removed).toHaveLength(1);
  expect((await look(400)).requeueAfterMs).toBe(600);
  expect(removed).toHaveLength(1);
  await look(1000);
  expect(removed).toHaveLength(2);
});
