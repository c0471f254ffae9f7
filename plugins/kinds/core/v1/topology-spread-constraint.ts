import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const topologySpreadConstraint = object({
  maxSkew: int32().zero().at(1),
  topologyKey: string().at(2),
  whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway').at(3),
  labelSelector: labelSelector.optional().at(4),
  minDomains: int32().optional().at(5),
  nodeAffinityPolicy: oneOf('Ignore', 'Honor').optional().at(6),
  nodeTaintsPolicy: oneOf('Ignore', 'Honor').optional().at(7),
  matchLabelKeys: list(string()).omitEmpty().at(8),
}).named('io.k8s.api.core.v1.TopologySpreadConstraint');
export type TopologySpreadConstraint = Stored<typeof topologySpreadConstraint>;
