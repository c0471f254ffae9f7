/** One measure and what it reads now, by its labels. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** A counter only ever grows. A histogram's samples are its buckets by `le`, its sums and its counts. */
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Which part of a histogram it is. */
  readonly part?: 'bucket' | 'sum' | 'count';
  /** When it was measured, where that is not when it was asked for. */
  readonly atMs?: number;
}
