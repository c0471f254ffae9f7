import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { autoscalerColumns } from '../v2/autoscaler-columns.ts';
import { validateAutoscaler, validateAutoscalerStatus } from '../v2/validate-autoscaler.ts';
import { toV1, toV2, type AutoscalerV1, type AutoscalerV2 } from './convert-autoscaler.ts';
import { horizontalPodAutoscalerSpec, horizontalPodAutoscalerStatus } from './horizontal-pod-autoscaler-spec.ts';

const columns = autoscalerColumns.map(column => ({
  ...column,
  value: (autoscaler: AutoscalerV1, nowMs: number) => column.value(toV2(autoscaler), nowMs),
}));

/** The version that knows the processor only; objects are stored in the second. */
export const HorizontalPodAutoscaler = defineResource({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  generation: false,
  doc: 'Scales something by how much of the processor its pods use.',
  openapiName: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  fields: {
    spec: horizontalPodAutoscalerSpec.zero().doc('What is scaled, by what, and within what bounds.').at(2),
    status: horizontalPodAutoscalerStatus.present().doc('What it sees and wants.').at(3),
  },
  status: true,
  columns,
  defaults: autoscaler => {
    const { minReplicas = 1, targetCPUUtilizationPercentage: percent } = autoscaler.spec;
    // What comes of nothing is told here as it is in the second version.
    const told = percent ?? toV1(toV2(autoscaler)).spec.targetCPUUtilizationPercentage;
    if (autoscaler.spec.minReplicas !== undefined && told === percent) return autoscaler;
    const filled = { minReplicas, ...(told === undefined ? {} : { targetCPUUtilizationPercentage: told }) };
    return { ...autoscaler, spec: { ...autoscaler.spec, ...filled } };
  },
  validate: (autoscaler, old) => placed('', validateAutoscaler(toV2(autoscaler).spec, old && toV2(old).spec)),
  validateStatusUpdate: validateAutoscalerStatus,
  storedAs: {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    // Objects of this kind and of the stored one come here, and no others.
    toStored: object => toV2(object as AutoscalerV1) as AnyObject,
    fromStored: object => toV1(object as AutoscalerV2) as AnyObject,
  },
});
export type HorizontalPodAutoscaler = ObjectOf<typeof HorizontalPodAutoscaler>;
