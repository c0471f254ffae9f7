import { placed } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { autoscalerColumns } from './autoscaler-columns.ts';
import { defaultAutoscaler } from './default-autoscaler.ts';
import { horizontalPodAutoscalerSpec, horizontalPodAutoscalerStatus } from './horizontal-pod-autoscaler-spec.ts';
import { validateAutoscaler, validateAutoscalerStatus } from './validate-autoscaler.ts';

export const HorizontalPodAutoscaler = defineResource({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  generation: false,
  doc: 'Scales something by what its pods use, or by other metrics.',
  openapiName: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  fields: {
    spec: horizontalPodAutoscalerSpec.zero().doc('What is scaled, by what, and within what bounds.').at(2),
    status: horizontalPodAutoscalerStatus.present().doc('What it sees and wants.').at(3),
  },
  status: true,
  columns: autoscalerColumns,
  defaults: defaultAutoscaler,
  validate: (autoscaler, old) => placed('', validateAutoscaler(autoscaler.spec, old?.spec)),
  validateStatusUpdate: validateAutoscalerStatus,
});
export type HorizontalPodAutoscaler = ObjectOf<typeof HorizontalPodAutoscaler>;
