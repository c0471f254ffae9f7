import { describe, expect, it } from 'vitest';
import { exited, HASH, podOf, recordOf, viewOf, viewsOf, type SpecInput } from '../testing/pod-fixtures.ts';
import type { ContainerView } from './container-record.ts';
import { restartTime } from './restart-time.ts';
import { planPod } from './pod-plan.ts';

const NOW = 1_002_000;
const image = 'i';
const init = { name: 'init', image };
const second = { name: 'second', image };
const sidecar = { name: 'side', image, restartPolicy: 'Always' };
const running = (name: string, changes: Partial<ContainerView> = {}) => viewOf(recordOf(name), changes);
const ended = (name: string, code: number, backOffMs = 0) => viewOf(exited(name, code, { backOffMs }));

const leftAt =
  (nowMs: number) =>
  (untilMs: number): number =>
    Math.max(0, untilMs - nowMs);
const planned = (
  spec: Partial<SpecInput>,
  views: readonly ContainerView[],
  nowMs = NOW,
  restarts: ReadonlySet<string> = new Set(),
) => {
  const plan = planPod({
    spec: podOf(spec).spec,
    views: viewsOf(...views),
    restarts,
    specHashOf: () => HASH,
    leftMs: leftAt(nowMs),
  });
  return {
    start: plan.start.map(({ container, attempt }) => `${container.name}#${attempt}`).join(' '),
    kill: plan.kill.map(({ message }) => message).join('; '),
    backOff: Object.fromEntries(plan.backingOff),
    finished: plan.finished,
  };
};
const NOTHING = { start: '', kill: '', backOff: {}, finished: false };

describe('what a pod needs next', () => {
  it.each<[string, Partial<SpecInput>, readonly ContainerView[], Partial<typeof NOTHING>]>([
    [
      'everything at first',
      {
        containers: [
          { name: 'a', image },
          { name: 'b', image },
        ],
      },
      [],
      { start: 'a#0 b#0' },
    ],
    ['nothing while all runs', {}, [running('app')], {}],
    ['the first init container alone', { initContainers: [init, second] }, [], { start: 'init#0' }],
    ['no second while the first runs', { initContainers: [init, second] }, [running('init')], {}],
    ['the second after the first', { initContainers: [init, second] }, [ended('init', 0)], { start: 'second#0' }],
    ['containers after all of them', { initContainers: [init] }, [ended('init', 0)], { start: 'app#0' }],
    ['a failed init container again', { initContainers: [init] }, [ended('init', 1)], { start: 'init#1' }],
    [
      'an end where it must not be tried again',
      { initContainers: [init], restartPolicy: 'Never' },
      [ended('init', 1)],
      { finished: true },
    ],
    ['a sidecar first', { initContainers: [sidecar, init] }, [], { start: 'side#0' }],
    ['patience until it has started', { initContainers: [sidecar, init] }, [running('side', { started: false })], {}],
    ['then what comes after it', { initContainers: [sidecar, init] }, [running('side')], { start: 'init#0' }],
    [
      'a dead sidecar beside running containers',
      { initContainers: [sidecar] },
      [viewOf(exited('side', 0)), running('app')],
      { start: 'side#1' },
    ],
    ['a crashed container at once', {}, [ended('app', 1)], { start: 'app#1' }],
    ['the second crash later', {}, [ended('app', 1, 10_000)], { backOff: { app: 10_000 } }],
    ['a completed one with Always', {}, [ended('app', 0)], { start: 'app#1' }],
    ['an end with OnFailure', { restartPolicy: 'OnFailure' }, [ended('app', 0)], { finished: true }],
    ['another try with OnFailure', { restartPolicy: 'OnFailure' }, [ended('app', 1)], { start: 'app#1' }],
    ['an end with Never', { restartPolicy: 'Never' }, [ended('app', 1)], { finished: true }],
    [
      'the living, not the dead, with Never',
      {
        restartPolicy: 'Never',
        containers: [
          { name: 'a', image },
          { name: 'b', image },
        ],
      },
      [ended('a', 1), running('b')],
      {},
    ],
    [
      'a kill of what does not live',
      {},
      [running('app', { unhealthy: 'liveness' })],
      { kill: 'Container app failed liveness probe, will be restarted' },
    ],
    [
      'a kill without promise',
      { restartPolicy: 'Never' },
      [running('app', { unhealthy: 'startup' })],
      { kill: 'Container app failed startup probe' },
    ],
    ['one kill, not two', {}, [running('app', { unhealthy: 'liveness', killing: true })], {}],
    [
      'a kill of another image',
      {},
      [viewOf(recordOf('app', { specHash: 'old' }))],
      { kill: 'Container app definition changed, will be restarted' },
    ],
    [
      'everything again in a new sandbox',
      { initContainers: [init] },
      [viewOf(exited('init', 0, { inSandbox: false })), viewOf(exited('app', 137, { inSandbox: false }))],
      { start: 'init#1' },
    ],
    [
      'no new sandbox for what had ended',
      { restartPolicy: 'Never' },
      [viewOf(exited('app', 137, { inSandbox: false }))],
      { finished: true },
    ],
    [
      'no further container during a postStart hook',
      {
        containers: [
          { name: 'a', image },
          { name: 'b', image },
        ],
      },
      [running('a', { hookRunning: true })],
      {},
    ],
    [
      'an ephemeral container once',
      { ephemeralContainers: [{ name: 'debug', image }] },
      [running('app'), ended('debug', 1)],
      {},
    ],
  ])('is %s', (_name, spec, views, wanted) => {
    expect(planned(spec, views)).toEqual({ ...NOTHING, ...wanted });
  });

  it('wakes when the back-off has passed, and then starts', () => {
    const views = viewsOf(ended('app', 1, 10_000));
    const plan = planPod({
      spec: podOf({}).spec,
      views,
      restarts: new Set(),
      specHashOf: () => HASH,
      leftMs: leftAt(NOW),
    });
    expect(plan.wakeInMs).toBe(1_011_000 - NOW);
    expect(planned({}, [ended('app', 1, 10_000)], 1_011_000).start).toBe('app#1');
  });
});

it('starts anew what gets other resources by that alone, once it has ended', () => {
  const restarts = new Set(['app']);
  expect(planned({}, [running('app')], NOW, restarts).kill).toBe('Container app resize requires restart');
  expect(planned({}, [running('app', { killing: true })], NOW, restarts).kill).toBe('');
});

describe('back-off', () => {
  it('grows from nothing over 10 s to 5 min', () => {
    const delays: number[] = [];
    let backOffMs = 0;
    for (let attempt = 0; attempt < 8; attempt++) {
      const { delayMs, nextDelayMs } = restartTime(exited('app', 1, { backOffMs }));
      delays.push(delayMs / 1000);
      backOffMs = nextDelayMs;
    }
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });
  it('starts over after ten good minutes', () => {
    const record = exited('app', 1, { backOffMs: 300_000, startedAtMs: 1_001_000 - 600_001 });
    expect(restartTime(record)).toMatchObject({ delayMs: 0, nextDelayMs: 10_000 });
  });
});
