import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus } from './horizontal-pod-autoscaler-spec.ts';
import { validateMetrics } from './validate-metrics.ts';
import { validateReference, type VersionRule } from './validate-reference.ts';
import { validateScalingRules } from './validate-scaling-rules.ts';

export function validateAutoscaler(
  spec: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
): readonly FieldError[] {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  const fewest = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < fewest) {
    errors.push(invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${fewest}`));
  }
  if (maxReplicas === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (maxReplicas < 0) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...validateReference(scaleTargetRef, 'spec.scaleTargetRef', versionRule(spec, old)),
    ...validateMetrics(metrics, old?.metrics ?? [], minReplicas),
    ...validateScalingRules(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateScalingRules(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

function versionRule(
  { scaleTargetRef }: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
): VersionRule {
  const before = old?.scaleTargetRef;
  if (before?.apiVersion === scaleTargetRef.apiVersion && before?.kind === scaleTargetRef.kind) return 'any';
  return scaleTargetRef.kind === 'ReplicationController' ? 'core too' : 'with group';
}

type Counts = Pick<HorizontalPodAutoscalerStatus, 'currentReplicas' | 'desiredReplicas'>;

export const validateAutoscalerStatus = ({ status }: { readonly status: Counts }): readonly FieldError[] =>
  (['currentReplicas', 'desiredReplicas'] as const).flatMap(name => {
    const value = status[name] ?? 0;
    return value < 0 ? [invalid(`status.${name}`, value, 'must be greater than or equal to 0')] : [];
  });
