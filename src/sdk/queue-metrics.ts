import { histogramMetric } from '../base/histogram-metric.ts';
import type { Metric } from '../base/metric.ts';
import type { QueueMeasures } from './queue-measures.ts';

export interface MeasuredQueue {
  readonly length: number;
  readonly measures: QueueMeasures;
}

/** Queues by their names, under the names that client-go's have. */
export function queueMetrics(queues: ReadonlyMap<string, MeasuredQueue>): readonly Metric[] {
  const all = [...queues].map(([name, queue]) => ({ labels: { name }, queue }));
  const plain = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    read: (queue: MeasuredQueue) => number,
  ): Metric => ({
    name: `workqueue_${name}`,
    help,
    type,
    samples: all.map(({ labels, queue }) => ({ labels, value: read(queue) })),
  });
  const histogram = (name: string, help: string, of: 'waits' | 'works'): Metric =>
    histogramMetric(
      `workqueue_${name}`,
      help,
      all.map(({ labels, queue }) => [labels, queue.measures[of]]),
    );
  return [
    plain('adds_total', 'counter', 'Keys that were added.', ({ measures }) => measures.adds),
    plain('depth', 'gauge', 'Keys that wait.', ({ length }) => length),
    plain('longest_running_processor_seconds', 'gauge', 'How long the oldest work is under way.', ({ measures }) =>
      Math.max(0, ...measures.underWay()),
    ),
    histogram('queue_duration_seconds', 'How long keys waited.', 'waits'),
    plain(
      'retries_total',
      'counter',
      'Keys that were added again after a failure.',
      ({ measures }) => measures.retries,
    ),
    plain('unfinished_work_seconds', 'gauge', 'How long all work that is under way is.', ({ measures }) =>
      measures.underWay().reduce((sum, seconds) => sum + seconds, 0),
    ),
    histogram('work_duration_seconds', 'How long keys were worked on.', 'works'),
  ];
}
