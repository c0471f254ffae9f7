import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const topologySpreadConstraint = object({
  maxSkew: int32().zero().doc('Difference that is allowed.').at(1),
  topologyKey: string().byRule().doc('Label of nodes that makes them one domain.').at(2),
  whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway').byRule().doc('Whether the pod then waits.').at(3),
  minDomains: int32().optional().doc('Domains there should be at least.').at(5),
  nodeAffinityPolicy: oneOf('Honor', 'Ignore').optional().doc('Whether node affinity limits the domains.').at(6),
  nodeTaintsPolicy: oneOf('Honor', 'Ignore').optional().doc('Whether taints limit the domains.').at(7),
  matchLabelKeys: list(string()).omitEmpty().doc('Labels whose values the pods must share.').at(8),
  labelSelector: labelSelector.optional().doc('Pods that are counted.').at(4),
})
  .named('io.k8s.api.core.v1.TopologySpreadConstraint')
  .doc('How evenly pods are spread.');
export type TopologySpreadConstraint = Stored<typeof topologySpreadConstraint>;
