import { expect, it } from 'vitest';
import { metricsText } from '../base/metrics-text.ts';
import { queueMetrics } from './queue-metrics.ts';
import { manualWorld } from './testing/manual-world.ts';
import { WorkQueue } from './work-queue.ts';

it('a queue tells what it did and what is under way, under the names of client-go’s', async () => {
  const world = manualWorld();
  const queue = new WorkQueue(world);
  const lines = () => metricsText(queueMetrics(new Map([['q', queue]]))).split('\n');
  for (const key of ['a', 'a', 'b']) queue.add(key);
  await world.advance(2000);
  queue.take();
  await world.advance(3000);
  queue.add('a');
  expect(lines()).toEqual(
    expect.arrayContaining([
      'workqueue_adds_total{name="q"} 3',
      'workqueue_depth{name="q"} 1',
      'workqueue_unfinished_work_seconds{name="q"} 3',
      'workqueue_longest_running_processor_seconds{name="q"} 3',
      'workqueue_queue_duration_seconds_sum{name="q"} 2',
      'workqueue_work_duration_seconds_count{name="q"} 0',
    ]),
  );
  queue.done('a');
  queue.retry('c');
  expect(lines()).toEqual(
    expect.arrayContaining([
      'workqueue_depth{name="q"} 2',
      'workqueue_retries_total{name="q"} 1',
      'workqueue_unfinished_work_seconds{name="q"} 0',
      'workqueue_work_duration_seconds_sum{name="q"} 3',
      'workqueue_work_duration_seconds_bucket{name="q",le="+Inf"} 1',
    ]),
  );
});
