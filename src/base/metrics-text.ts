import type { Metric, MetricSample } from './metric.ts';

export const METRICS_TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics in the Prometheus text format, 0.0.4. One that has no samples is left out, as upstream does. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(metric => {
      const { name, help, type, samples } = metric;
      const head = `# HELP ${name} ${escaped(help, HELP_MARKS)}\n# TYPE ${name} ${type}\n`;
      return head + samples.map(sample => line(name, sample)).join('');
    })
    .join('');
}

function line(name: string, { labels, value, part, atMs }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text, LABEL_MARKS)}"`);
  const suffix = part === undefined ? '' : `_${part}`;
  const of = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  const at = atMs === undefined ? '' : ` ${Math.round(atMs)}`;
  return `${name}${suffix}${of} ${numberText(value)}${at}\n`;
}

const HELP_MARKS = /[\\\n]/g;
const LABEL_MARKS = /[\\\n"]/g;

const escaped = (text: string, marks: RegExp): string =>
  text.replace(marks, mark => (mark === '\n' ? String.raw`\n` : `\\${mark}`));

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
