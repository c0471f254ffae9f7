import { expect, it } from 'vitest';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { grownStatus, growthOf } from './plan-growth.ts';

const claim = (status: object) => ({ status }) as unknown as PersistentVolumeClaim;
const volume = (storage?: string) => ({ spec: { capacity: { storage } } }) as unknown as PersistentVolume;
const has = (storage: string) => ({ capacity: { storage } });

it.each<[object, string | undefined, unknown]>([
  [has('1Gi'), '1Gi', undefined],
  [has('1Gi'), '1024Mi', undefined],
  [has('2Gi'), '1Gi', undefined],
  [{}, '1Gi', undefined],
  [has('1Gi'), undefined, undefined],
  [has('1Gi'), '2Gi', { storage: '2Gi', bytes: 2 ** 31 }],
  [
    { ...has('1Gi'), allocatedResourceStatuses: { storage: 'NodeResizePending' } },
    '2Gi',
    { storage: '2Gi', bytes: 2 ** 31 },
  ],
  [{ ...has('1Gi'), allocatedResourceStatuses: { storage: 'NodeResizeInfeasible' } }, '2Gi', undefined],
])('a claim with %j of a volume of %s', (status, storage, expected) => {
  expect(growthOf(claim(status), volume(storage))).toEqual(expected);
});

it('a claim tells what its volume holds, and no more that it is to', () => {
  const conditions = ['FileSystemResizePending', 'ModifyingVolume', 'Resizing'].map(type => ({ type, status: 'True' }));
  expect(grownStatus(claim({ conditions }), { storage: '2Gi', bytes: 1 })).toEqual({
    capacity: { storage: '2Gi' },
    conditions: [{ type: 'ModifyingVolume', status: 'True' }],
    allocatedResourceStatuses: { storage: null },
  });
});
