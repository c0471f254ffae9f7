import { createdAtColumn, nameColumn } from '../../../../src/api/columns.ts';
import { mapShared } from '../../../../src/base/map-shared.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { withLimitRangeDefaults } from './limit-range-defaults.ts';
import { limitRangeSpec } from './limit-range-spec.ts';
import { validateLimitRange } from './validate-limit-range.ts';

export const LimitRange = defineResource({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'Bounds and defaults of what single pods, containers and claims of a namespace ask for.',
  openapiName: 'io.k8s.api.core.v1.LimitRange',
  fields: {
    spec: limitRangeSpec.present().doc('The bounds.').at(2),
  },
  columns: [nameColumn, createdAtColumn],
  defaults: range => {
    if (range.spec.limits === null) return range;
    const limits = mapShared(range.spec.limits, withLimitRangeDefaults);
    return limits === range.spec.limits ? range : { ...range, spec: { ...range.spec, limits } };
  },
  validate: ({ spec }) => validateLimitRange(spec, 'spec'),
});
export type LimitRange = ObjectOf<typeof LimitRange>;
