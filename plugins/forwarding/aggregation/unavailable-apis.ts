import type { Metric } from '../../../src/base/metric.ts';
import type { APIService } from '../../kinds/apiregistration/v1/api-service.ts';

/** Of each API whether it cannot be reached, under upstream's name; alerts go by it. */
export const unavailableApis = (services: readonly APIService[]): Metric => ({
  name: 'aggregator_unavailable_apiservice',
  help: 'APIs that cannot be reached.',
  type: 'gauge',
  samples: services.map(({ metadata: { name }, status }) => {
    const isDown = status?.conditions?.some(({ type, status: is }) => type === 'Available' && is !== 'True') === true;
    return { labels: { name }, value: isDown ? 1 : 0 };
  }),
});
