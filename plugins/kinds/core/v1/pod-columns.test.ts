import { describe, expect, it } from 'vitest';
import { BORN, row } from '../../testing/row.ts';
import { Pod } from './pod.ts';

const container = (name: string, more: object = {}) => ({ name, image: 'i', ...more });
const status = (name: string, state: object, more: object = {}) => ({
  name,
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const running = { running: { startedAt: BORN } };
const waiting = (reason?: string) => ({ waiting: reason === undefined ? {} : { reason } });
const ended = (exitCode: number, reason?: string, signal?: number) => ({
  terminated: {
    exitCode,
    ...(reason === undefined ? {} : { reason }),
    ...(signal === undefined ? {} : { signal }),
    finishedAt: '2026-01-01T00:59:00Z',
  },
});

describe('Pod', () => {
  const spec = { containers: [container('a'), container('b')] };
  const withInit = { ...spec, initContainers: [container('i'), container('j')] };
  const withSidecar = { ...spec, initContainers: [container('s', { restartPolicy: 'Always' })] };
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  it.each<[string, object, readonly [string, string, string]]>([
    ['new', { spec }, ['0/2', 'Pending', '0']],
    [
      'gated',
      { spec, status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } },
      ['0/2', 'SchedulingGated', '0'],
    ],
    [
      'creating',
      { spec, status: { containerStatuses: [status('a', waiting('ContainerCreating'))] } },
      ['0/2', 'ContainerCreating', '0'],
    ],
    [
      'running',
      {
        spec,
        status: { phase: 'Running', containerStatuses: [status('a', running, { ready: true }), status('b', running)] },
      },
      ['1/2', 'Running', '0'],
    ],
    [
      'crashing',
      {
        spec,
        status: {
          phase: 'Running',
          containerStatuses: [
            status('a', waiting('CrashLoopBackOff'), { restartCount: 3, lastState: ended(1, 'Error') }),
          ],
        },
      },
      ['0/2', 'CrashLoopBackOff', '3 (60s ago)'],
    ],
    [
      'failed',
      { spec, status: { phase: 'Failed', containerStatuses: [status('a', ended(2))] } },
      ['0/2', 'ExitCode:2', '0'],
    ],
    [
      'killed',
      { spec, status: { phase: 'Failed', containerStatuses: [status('a', ended(0, '', 9))] } },
      ['0/2', 'Signal:9', '0'],
    ],
    [
      'completed',
      { spec, status: { phase: 'Succeeded', containerStatuses: [status('a', ended(0, 'Completed'))] } },
      ['0/2', 'Completed', '0'],
    ],
    [
      'half completed, ready',
      {
        spec,
        status: {
          phase: 'Running',
          ...ready,
          containerStatuses: [status('a', ended(0, 'Completed')), status('b', running, { ready: true })],
        },
      },
      ['1/2', 'Running', '0'],
    ],
    [
      'half completed, not ready',
      {
        spec,
        status: {
          phase: 'Running',
          containerStatuses: [status('a', ended(0, 'Completed')), status('b', running, { ready: true })],
        },
      },
      ['1/2', 'NotReady', '0'],
    ],
    ['evicted', { spec, status: { phase: 'Failed', reason: 'Evicted' } }, ['0/2', 'Evicted', '0']],
    [
      'initializing',
      {
        spec: withInit,
        status: {
          initContainerStatuses: [status('i', ended(0, 'Completed')), status('j', running)],
          containerStatuses: [status('a', waiting('PodInitializing'))],
        },
      },
      ['0/2', 'Init:1/2', '0'],
    ],
    [
      'init crashing',
      {
        spec: withInit,
        status: { initContainerStatuses: [status('i', waiting('CrashLoopBackOff'), { restartCount: 2 })] },
      },
      ['0/2', 'Init:CrashLoopBackOff', '2'],
    ],
    [
      'init failed',
      { spec: withInit, status: { initContainerStatuses: [status('i', ended(1, 'Error'))] } },
      ['0/2', 'Init:Error', '0'],
    ],
    [
      'init failed, no reason',
      { spec: withInit, status: { initContainerStatuses: [status('i', ended(7))] } },
      ['0/2', 'Init:ExitCode:7', '0'],
    ],
    [
      'init done: its restarts are forgotten',
      {
        spec: withInit,
        status: {
          phase: 'Running',
          initContainerStatuses: [status('i', ended(0), { restartCount: 5 }), status('j', ended(0))],
          containerStatuses: [status('a', running, { ready: true })],
        },
      },
      ['1/2', 'Running', '0'],
    ],
    [
      'sidecar',
      {
        spec: withSidecar,
        status: {
          phase: 'Running',
          initContainerStatuses: [status('s', running, { ready: true, started: true, restartCount: 1 })],
          containerStatuses: [status('a', running, { ready: true }), status('b', running, { ready: true })],
        },
      },
      ['3/3', 'Running', '1'],
    ],
    [
      'terminating',
      { metadata: { deletionTimestamp: BORN }, spec, status: { phase: 'Running' } },
      ['0/2', 'Terminating', '0'],
    ],
    [
      'deleted after its end',
      { metadata: { deletionTimestamp: BORN }, spec, status: { phase: 'Succeeded' } },
      ['0/2', 'Succeeded', '0'],
    ],
    ['lost', { metadata: { deletionTimestamp: BORN }, spec, status: { reason: 'NodeLost' } }, ['0/2', 'Unknown', '0']],
  ])('%s', (_name, pod, expected) => {
    expect(row(Pod, pod).slice(1, 4)).toEqual(expected);
  });

  it('is wide', () => {
    expect(row(Pod, { spec }).slice(4)).toEqual(['60m', '<none>', '<none>', '<none>', '<none>']);
    const placed = {
      spec: { ...spec, nodeName: 'n', readinessGates: [{ conditionType: 'a/b' }, { conditionType: 'c/d' }] },
      status: { podIPs: [{ ip: '10.0.0.1' }], nominatedNodeName: 'm', conditions: [{ type: 'a/b', status: 'True' }] },
    };
    expect(row(Pod, placed).slice(5)).toEqual(['10.0.0.1', 'n', 'm', '1/2']);
  });
});
