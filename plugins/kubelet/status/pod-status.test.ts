import { describe, expect, it } from 'vitest';
import type { ContainerView } from '../plan/container-record.ts';
import { exited, podOf, recordOf, viewOf, viewsOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { podStatus, type PodStatusInput } from './pod-status.ts';

const image = 'i';
const init = { name: 'init', image };
const two = {
  containers: [
    { name: 'app', image },
    { name: 'b', image },
  ],
};
const never = { restartPolicy: 'Never' as const };
const NOW = 1_000_000;

const statusOf = (spec: Partial<SpecInput>, views: readonly ContainerView[], changes: Partial<PodStatusInput> = {}) =>
  podStatus({
    pod: podOf(spec),
    views: viewsOf(...views),
    backingOff: new Map(),
    sandboxReady: true,
    podIps: ['10.42.0.5'],
    hostIps: ['192.0.2.1'],
    nowMs: NOW,
    terminated: false,
    verdict: undefined,
    resizes: { pending: undefined, inProgress: undefined, actual: new Map() },
    ...changes,
  });

const running = (name: string, changes: Partial<ContainerView> = {}) => viewOf(recordOf(name), changes);
const ended = (name: string, code: number) => viewOf(exited(name, code));

describe('phase', () => {
  it.each<[string, Partial<SpecInput>, readonly ContainerView[], string]>([
    ['nothing runs yet', {}, [], 'Pending'],
    ['an init container runs', { initContainers: [init] }, [running('init')], 'Pending'],
    ['an init container failed and is tried again', { initContainers: [init] }, [ended('init', 1)], 'Pending'],
    ['an init container failed for good', { initContainers: [init], ...never }, [ended('init', 1)], 'Failed'],
    ['one of two runs', two, [running('app')], 'Pending'],
    ['all run', two, [running('app'), running('b')], 'Running'],
    ['one ended, one runs', { ...two, ...never }, [ended('app', 1), running('b')], 'Running'],
    ['all ended well', { ...two, ...never }, [ended('app', 0), ended('b', 0)], 'Succeeded'],
    ['one ended badly', { ...two, ...never }, [ended('app', 0), ended('b', 2)], 'Failed'],
    ['it crashed and will be restarted', {}, [ended('app', 1)], 'Running'],
    ['it failed and will be tried again', { restartPolicy: 'OnFailure' }, [ended('app', 1)], 'Running'],
  ])('when %s', (_name, spec, views, phase) => {
    expect(statusOf(spec, views).phase).toBe(phase);
  });
});

describe('container state', () => {
  const stateOf = (spec: Partial<SpecInput>, view: ContainerView, changes: Partial<PodStatusInput> = {}) => {
    const [status] = statusOf(spec, [view], changes).containerStatuses ?? [];
    return { state: status?.state, lastState: status?.lastState, ready: status?.ready, started: status?.started };
  };
  const app = (latest: Parameters<typeof viewOf>[0], changes: Partial<ContainerView> = {}) => viewOf(latest, changes);
  it('is ContainerCreating first, PodInitializing behind init containers', () => {
    expect(stateOf({}, app(undefined)).state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(stateOf({ initContainers: [init] }, app(undefined)).state).toEqual({
      waiting: { reason: 'PodInitializing' },
    });
  });
  it('is running once it runs, ready when its probes say so', () => {
    expect(stateOf({}, running('app', { ready: false }))).toEqual({
      state: { running: { startedAt: '1970-01-01T00:16:40Z' } },
      lastState: {},
      ready: false,
      started: true,
    });
  });
  it('is CrashLoopBackOff with the last end beside it', () => {
    const crashed = stateOf({}, ended('app', 3), { backingOff: new Map([['app', 160_000]]) });
    expect(crashed).toMatchObject({
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 2m40s restarting failed container=app pod=web_shop(u1)',
        },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error', containerID: 'tiphys://app-id' } },
    });
  });
  it('keeps the attempt before as its last state', () => {
    const view = viewOf(recordOf('app', { attempt: 2 }), { previous: exited('app', 1, { attempt: 1 }) });
    expect(stateOf({}, view).lastState).toMatchObject({ terminated: { exitCode: 1 } });
  });
});

describe('conditions', () => {
  const verdicts = (status: ReturnType<typeof statusOf>) =>
    Object.fromEntries((status.conditions ?? []).map(({ type, status: value, reason }) => [type, reason ?? value]));
  it('say what is missing', () => {
    expect(verdicts(statusOf({ initContainers: [init] }, [], { sandboxReady: false }))).toEqual({
      PodReadyToStartContainers: 'False',
      Initialized: 'ContainersNotInitialized',
      Ready: 'ContainersNotReady',
      ContainersReady: 'ContainersNotReady',
      PodScheduled: 'True',
    });
    const { conditions = [] } = statusOf(two, [running('app')]);
    expect(conditions.find(({ type }) => type === 'Ready')?.message).toBe('containers with unready status: [b]');
  });
  it('keep their times while they do not change, and the conditions of others', () => {
    const foreign = { type: 'example.com/gate', status: 'False' as const, lastProbeTime: null };
    const pod = podOf(
      { readinessGates: [{ conditionType: foreign.type }] },
      {
        conditions: [
          { type: 'Initialized', status: 'True', lastProbeTime: null, lastTransitionTime: '1970-01-01T00:00:01Z' },
          foreign,
        ],
      },
    );
    const { conditions = [] } = statusOf({}, [running('app')], { pod });
    const byType = new Map(conditions.map(condition => [condition.type, condition]));
    expect(byType.get('Initialized')?.lastTransitionTime).toBe('1970-01-01T00:00:01Z');
    expect(byType.get('ContainersReady')?.lastTransitionTime).toBe('1970-01-01T00:16:40Z');
    expect(byType.get(foreign.type)).toEqual({ ...foreign, lastTransitionTime: null });
    expect(byType.get('Ready')).toMatchObject({
      reason: 'ReadinessGatesNotReady',
      message: 'the status of pod readiness gate "example.com/gate" is not "True", but False',
    });
  });
});

describe('the end', () => {
  it('leaves no container open, and never reopens', () => {
    const status = statusOf(two, [viewOf(exited('app', 143)), viewOf(undefined)], { terminated: true });
    expect(status.phase).toBe('Failed');
    expect(status.containerStatuses?.[1]?.state).toMatchObject({
      terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' },
    });
    const pod = { ...podOf({}), status: { ...podOf({}).status, phase: 'Succeeded' as const } };
    expect(statusOf({}, [running('app')], { pod }).phase).toBe('Succeeded');
  });
  it('carries the verdict', () => {
    const verdict = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    expect(statusOf({}, [running('app')], { verdict })).toMatchObject({ phase: 'Failed', ...verdict });
  });
});

describe('resources', () => {
  const resources = { requests: { cpu: '200m' }, limits: { memory: '64Mi' } };
  const spec = { containers: [{ name: 'app', image, resources }] };

  it('are those that are set, beside those that were granted', () => {
    const actual = new Map([['app', { requests: { cpu: '100m' }, limits: { memory: '32Mi' } }]]);
    const { containerStatuses, ...whole } = statusOf(spec, [running('app')], {
      resizes: { pending: undefined, inProgress: undefined, actual },
    });
    expect(containerStatuses?.[0]).toMatchObject({ allocatedResources: { cpu: '200m' }, resources: actual.get('app') });
    expect(whole).toMatchObject({ allocatedResources: { cpu: '200m' }, resources: actual.get('app') });
  });

  it('are the granted ones where nothing runs, and none where nothing ran', () => {
    expect(statusOf(spec, [ended('app', 1)]).containerStatuses?.[0]).toMatchObject({ resources });
    expect(statusOf(spec, []).containerStatuses?.[0]?.resources).toBeUndefined();
  });

  it('that wait are told of while they do', () => {
    const pending = { reason: 'Deferred', message: 'no room', generation: 2, sinceMs: NOW };
    const resizes = { pending, inProgress: undefined, actual: new Map() };
    const waiting = statusOf(spec, [running('app')], { resizes });
    const condition = { type: 'PodResizePending', status: 'True', reason: 'Deferred', observedGeneration: 2 };
    expect(waiting.conditions?.at(-1)).toMatchObject(condition);
    const after = podOf(spec, waiting);
    expect(statusOf(spec, [running('app')], { pod: after }).conditions).toHaveLength(5);
  });
});
