import { DRY_RUN_FLAG, fieldManager, FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { findAll } from '../builder/found.ts';
import { bool, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { apiVersionOf } from '../rest/api-resource.ts';
import { createGenerated, newMetadata } from './generator.ts';

export const autoscaleVerb: Verb = {
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]',
  about:
    'Look up a deployment, replica set, stateful set, or replication controller by name and creates an autoscaler.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    fieldManager('kubectl-autoscale'),
    int('cpu-percent', 'How much of its request of CPU a pod shall use.', { fallback: '-1' }),
    int('max', 'The most pods.', { fallback: '-1', required: true }),
    int('min', 'The fewest pods.', { fallback: '-1' }),
    text('name', 'Name of the autoscaler.'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
  ],
  run: autoscale,
};

async function autoscale(call: Call): Promise<void> {
  const { flags } = call;
  const [min, max, cpu] = [flags.int('min'), flags.int('max'), flags.int('cpu-percent')];
  if (max < 1) throw new Failure('--max=MAXPODS is required and must be at least 1, max: ' + max);
  if (max < min) throw new Failure(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  for (const { resource, name } of await findAll(call, { latest: true })) {
    if (!resource.subresources.includes('scale'))
      throw new Failure(`cannot autoscale a ${resource.kind}: the server could not find the requested resource`);
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: newMetadata(flags.text('name') || name),
      spec: {
        maxReplicas: max,
        ...(cpu >= 0 ? { metrics: [cpuMetric(cpu)] } : {}),
        ...(min > 0 ? { minReplicas: min } : {}),
        scaleTargetRef: { apiVersion: apiVersionOf(resource), kind: resource.kind, name },
      },
      status: { currentMetrics: null, desiredReplicas: 0 },
    };
    await createGenerated(call, scaler, { namespaced: true, operation: 'autoscaled' });
  }
}

const cpuMetric = (percent: number): unknown => ({
  resource: { name: 'cpu', target: { averageUtilization: percent, type: 'Utilization' } },
  type: 'Resource',
});
