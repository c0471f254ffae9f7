import { expect, it } from 'vitest';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { PodQueue } from './pod-queue.ts';

it('tells which part of it pods come into, and by what', async () => {
  const world = manualWorld();
  const told: string[] = [];
  const queue = new PodQueue(world, (part, event) => told.push(`${part} ${event}`));
  queue.put({ metadata: { name: 'a', uid: 'a' }, spec: {}, status: {} } as unknown as Pod);
  queue.take();
  queue.reject('a', new Set(['node-added']));
  queue.changed('node-added');
  queue.take();
  queue.retry('a');
  await world.advance(1000);
  queue.take();
  expect(told).toEqual([
    'active UnschedulablePodAdd',
    'unschedulable ScheduleAttemptFailure',
    'backoff NodeAdd',
    'active PopFromBackoffQ',
    'backoff ScheduleAttemptFailure',
    'active BackoffComplete',
  ]);
});
