import { histogramMetric } from '../../src/base/histogram-metric.ts';
import type { Histogram } from '../../src/base/histogram.ts';
import type { Metric } from '../../src/base/metric.ts';

import type { FlowCounts } from './flow-counts.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { PriorityLevels } from './priority-levels.ts';

/** What upstream tells of levels and flows, under its names. */
export function flowMetrics(levels: PriorityLevels, counts: readonly FlowCounts[]): readonly Metric[] {
  const all = levels.all();
  return [
    ...OF_LEVELS.map(([name, help, value]) =>
      metric(
        name,
        help,
        'gauge',
        all.map(level => ({ labels: { priority_level: level.name }, value: value(level) })),
      ),
    ),
    metric('seat_fair_frac', 'What part of its target each level has of the seats, bounds aside.', 'gauge', [
      { labels: {}, value: levels.fairFraction },
    ]),
    ...OF_FLOWS.map(([name, help, type, value]) =>
      metric(
        name,
        help,
        type,
        counts.map(each => ({ labels: labelsOf(each), value: value(each) })),
      ),
    ),
    metric('rejected_requests_total', 'Requests turned away, by why.', 'counter', counts.flatMap(rejections)),
    histogram('request_wait_duration_seconds', 'How long requests waited for a seat.', counts, 'execute', each => ({
      true: each.waitSeconds.executed,
      false: each.waitSeconds.rejected,
    })),
    histogram('request_execution_seconds', 'How long requests had a seat.', counts, 'type', each => ({
      regular: each.servedSeconds.regular,
      watch: each.servedSeconds.watch,
    })),
    histogram('work_estimated_seats', 'Seats that requests were thought to need.', counts, undefined, each => ({
      '': each.seats,
    })),
  ];
}

const OF_LEVELS: readonly (readonly [string, string, (level: PriorityLevel) => number])[] = [
  ['nominal_limit_seats', 'Seats of each level by its share.', ({ limits }) => limits.nominal],
  ['lower_limit_seats', 'Seats that it never lends.', ({ limits }) => limits.min],
  ['upper_limit_seats', 'Seats with all that it may borrow.', ({ limits }) => limits.max],
  ['current_limit_seats', 'Seats that it has now.', ({ queues }) => queues.limit],
  ['demand_seats_high_watermark', 'Most seats it could use, over the last period.', ({ demand }) => demand.highest],
  ['demand_seats_average', 'Seats it could use, over the last period.', ({ demand }) => demand.average],
  ['demand_seats_stdev', 'How much that varied.', ({ demand }) => demand.deviation],
  ['demand_seats_smoothed', 'The same, smoothed.', ({ smoothed }) => smoothed],
  ['target_seats', 'Seats that it is to have, bounds aside.', ({ target }) => target],
  ['current_r', 'What its own clock shows, seat-seconds.', ({ queues }) => queues.now / 1000],
];

const OF_FLOWS: readonly (readonly [string, string, Metric['type'], (counts: FlowCounts) => number])[] = [
  ['dispatched_requests_total', 'Requests served.', 'counter', ({ dispatched }) => dispatched],
  [
    'request_dispatch_no_accommodation_total',
    'Times that a request was next and too wide for the free seats.',
    'counter',
    ({ notAccommodated }) => notAccommodated,
  ],
  ['current_inqueue_requests', 'Requests that wait.', 'gauge', ({ waiting }) => waiting],
  ['current_inqueue_seats', 'Seats that they wait for.', 'gauge', ({ waitingSeats }) => waitingSeats],
  ['current_executing_requests', 'Requests that are served.', 'gauge', ({ executing }) => executing],
  ['current_executing_seats', 'Seats that are taken.', 'gauge', ({ executingSeats }) => executingSeats],
];

const PREFIX = 'apiserver_flowcontrol_';

type Samples = Metric['samples'];
type Labels = Readonly<Record<string, string>>;

const labelsOf = ({ levelName, schemaName }: FlowCounts) => ({ priority_level: levelName, flow_schema: schemaName });

const rejections = (counts: FlowCounts): Samples =>
  [...counts.rejected].map(([reason, value]) => ({ labels: { ...labelsOf(counts), reason }, value }));

/** One for each value that `label` has of a flow. */
function histogram(
  name: string,
  help: string,
  counts: readonly FlowCounts[],
  label: string | undefined,
  partsOf: (counts: FlowCounts) => Readonly<Record<string, Histogram>>,
): Metric {
  const parts = counts.flatMap(each =>
    Object.entries(partsOf(each)).flatMap(([value, seen]): readonly (readonly [Labels, Histogram])[] => {
      const labels: Labels = label === undefined ? labelsOf(each) : { ...labelsOf(each), [label]: value };
      return seen.count === 0 ? [] : [[labels, seen]];
    }),
  );
  return histogramMetric(`${PREFIX}${name}`, help, parts);
}

const metric = (name: string, help: string, type: Metric['type'], samples: Samples): Metric => ({
  name: `${PREFIX}${name}`,
  help,
  type,
  samples,
});
