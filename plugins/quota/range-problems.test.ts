import { expect, it } from 'vitest';
import { LimitRange } from '../kinds/core/v1/limit-range.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { settled } from '../kinds/testing/settled.ts';
import { claimProblems, podProblems } from './range-problems.ts';

const range = (limits: object): LimitRange =>
  settled(LimitRange, { metadata: {}, spec: { limits: [{ type: 'Container', ...limits }] } });
const pod = (requests: Record<string, string>, limits: Record<string, string> = {}, spec: object = {}): Pod =>
  settled(Pod, {
    metadata: {},
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests, limits } }], ...spec },
  });
const init = {
  initContainers: [{ name: 'i', image: 'i', resources: { requests: { cpu: '4' }, limits: { cpu: '4' } } }],
};

it.each<[object, Pod, readonly string[]]>([
  [{ min: { cpu: '1' }, max: { cpu: '2' } }, pod({ cpu: '1' }, { cpu: '2' }), []],
  [{ min: { cpu: '1' } }, pod({}), ['minimum cpu usage per Container is 1.  No request is specified']],
  [{ min: { cpu: '1' } }, pod({ cpu: '999m' }), ['minimum cpu usage per Container is 1, but request is 999m']],
  [
    { min: { memory: '9Ei' } },
    pod({ memory: '1Ki' }),
    ['minimum memory usage per Container is 9223372036854775807, but request is 1Ki'],
  ],
  [{ max: { cpu: '1' } }, pod({ cpu: '1' }), ['maximum cpu usage per Container is 1.  No limit is specified']],
  [{ max: { cpu: '1' } }, pod({}, { cpu: '1001m' }), ['maximum cpu usage per Container is 1, but limit is 1001m']],
  [
    { maxLimitRequestRatio: { cpu: '1500m' } },
    pod({ cpu: '1' }, { cpu: '2' }),
    ['cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000'],
  ],
  [
    { maxLimitRequestRatio: { cpu: '2' } },
    pod({ cpu: '0' }, { cpu: '2' }),
    ['cpu max limit to request ratio per Container is 2, but no request is specified or request is 0'],
  ],
  [
    { maxLimitRequestRatio: { cpu: '2' } },
    pod({ cpu: '1' }),
    ['cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0'],
  ],
  [
    { max: { cpu: '2' } },
    pod({ cpu: '1' }, { cpu: '1' }, init),
    ['maximum cpu usage per Container is 2, but limit is 4'],
  ],
  [{ type: 'Pod', max: { cpu: '4' } }, pod({ cpu: '1' }, { cpu: '3' }, init), []],
  [
    { type: 'Pod', max: { cpu: '3' } },
    pod({ cpu: '1' }, { cpu: '1' }, init),
    ['maximum cpu usage per Pod is 3, but limit is 4'],
  ],
  [
    { type: 'Pod', max: { cpu: '1' } },
    pod({ cpu: '1' }, { cpu: '1' }, { resources: { limits: { cpu: '2' } } }),
    ['maximum cpu usage per Pod is 1, but limit is 2'],
  ],
])('%j', (limits, object, expected) => {
  expect(podProblems(object, range(limits))).toEqual(expected);
});

it.each<[object, readonly string[]]>([
  [{ min: { storage: '1Gi' }, max: { storage: '2Gi' } }, []],
  [{ min: { storage: '2Gi' } }, ['minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi']],
  [{ max: { storage: '1Mi' } }, ['maximum storage usage per PersistentVolumeClaim is 1Mi, but request is 1Gi']],
])('a claim of 1Gi beside %j', (limits, expected) => {
  const claim = settled(PersistentVolumeClaim, {
    metadata: {},
    spec: { resources: { requests: { storage: '1Gi' } } },
  });
  expect(claimProblems(claim, range({ type: 'PersistentVolumeClaim', ...limits }))).toEqual(expected);
});
