import { describe, expect, it } from 'vitest';
import { limitReplicas, type LimitQuestion } from './limit-replicas.ts';
import { NO_HISTORY, withScaleEvent, type ScaleHistory } from './scale-history.ts';

const NOW = 1_000_000_000;
const policies = [{ type: 'Percent', value: 100, periodSeconds: 15 }];
const BEHAVIOR = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, ...policies],
  },
  scaleDown: { selectPolicy: 'Max', policies },
};
const up = (more: object): Partial<LimitQuestion> => ({
  behavior: { ...BEHAVIOR, scaleUp: { ...BEHAVIOR.scaleUp, ...more } },
});
const down = (more: object): Partial<LimitQuestion> => ({
  behavior: { ...BEHAVIOR, scaleDown: { ...BEHAVIOR.scaleDown, stabilizationWindowSeconds: 0, ...more } },
});
const past = (...recommendations: readonly [replicas: number, secondsAgo: number][]): ScaleHistory => ({
  ...NO_HISTORY,
  recommendations: recommendations.map(([replicas, ago]) => ({ replicas, atMs: NOW - ago * 1000 })),
});

describe('what metrics ask for', () => {
  it.each<[string, number, number, Partial<LimitQuestion>, number, string]>([
    ['is followed', 4, 6, {}, 6, 'ReadyForNewScale False DesiredWithinRange'],
    ['is held to the most', 6, 20, { max: 10 }, 10, 'ReadyForNewScale True TooManyReplicas'],
    ['is held to the fewest', 4, 1, { min: 2 }, 2, 'ReadyForNewScale True TooFewReplicas'],
    ['doubles at most', 4, 20, {}, 8, 'ReadyForNewScale True ScaleUpLimit'],
    ['but may come to four at once', 1, 20, {}, 4, 'ReadyForNewScale True ScaleUpLimit'],
    [
      'waits for what was higher lately',
      8,
      2,
      { history: past([5, 200]) },
      5,
      'ScaleDownStabilized False DesiredWithinRange',
    ],
    ['forgets what was long ago', 8, 2, { history: past([5, 301]) }, 2, 'ReadyForNewScale False DesiredWithinRange'],
    ['by rules: grows by the larger step', 2, 20, { behavior: BEHAVIOR }, 6, 'ReadyForNewScale True ScaleUpLimit'],
    ['by rules: by the smaller one', 2, 20, up({ selectPolicy: 'Min' }), 4, 'ReadyForNewScale True ScaleUpLimit'],
    ['by rules: not at all', 2, 20, up({ selectPolicy: 'Disabled' }), 2, 'ReadyForNewScale True ScaleUpLimit'],
    [
      'by rules: rounds up',
      1,
      9,
      up({ policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] }),
      2,
      'ReadyForNewScale True ScaleUpLimit',
    ],
    [
      'by rules: not more than the lowest lately',
      2,
      9,
      { ...up({ stabilizationWindowSeconds: 60 }), history: past([3, 30], [1, 90]) },
      3,
      'ScaleUpStabilized False DesiredWithinRange',
    ],
    ['by rules: shrinks at once', 8, 2, down({}), 2, 'ReadyForNewScale False DesiredWithinRange'],
    [
      'by rules: shrinks by one',
      8,
      2,
      down({ policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }),
      7,
      'ReadyForNewScale True ScaleDownLimit',
    ],
    ['by rules: never shrinks', 8, 2, down({ selectPolicy: 'Disabled' }), 8, 'ReadyForNewScale True ScaleDownLimit'],
    [
      'by rules: waits five minutes to shrink',
      8,
      2,
      { behavior: BEHAVIOR, history: past([6, 299]) },
      6,
      'ScaleDownStabilized False DesiredWithinRange',
    ],
  ])('%s', (_case, current, wanted, more, replicas, words) => {
    const question = {
      current,
      wanted,
      min: 1,
      max: 100,
      behavior: undefined,
      history: NO_HISTORY,
      nowMs: NOW,
      ...more,
    };
    const { replicas: limited, able, limited: limit } = limitReplicas(question);
    expect([limited, `${able.reason} ${limit.status} ${limit.reason}`]).toEqual([replicas, words]);
  });

  it('counts what changed within a period of a rule', () => {
    const behavior = {
      ...BEHAVIOR,
      scaleUp: { ...BEHAVIOR.scaleUp, policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }] },
    };
    const grown = withScaleEvent(NO_HISTORY, behavior, { from: 2, to: 4 }, NOW - 30_000);
    const ask = (nowMs: number) =>
      limitReplicas({ current: 4, wanted: 20, min: 1, max: 100, behavior, history: grown, nowMs }).replicas;
    expect([ask(NOW), ask(NOW + 31_000)]).toEqual([5, 7]);
    expect(withScaleEvent(grown, behavior, { from: 4, to: 5 }, NOW + 31_000).ups).toHaveLength(1);
  });
});
