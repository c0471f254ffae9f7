import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { PriorityClass } from '../kinds/scheduling/v1/priority-class.ts';

/** Why a pod's priority is refused, worded as upstream's Priority admission does. */
export class PriorityError extends Error {
  readonly code = 'BadPriority';
}

/** The spec with the integer its class stands for; the global default, or 0, where it names none. */
export function withPriority(spec: PodSpec, classes: readonly PriorityClass[]): PodSpec {
  const name = spec.priorityClassName ?? '';
  const chosen = name === '' ? globalDefault(classes) : classes.find(({ metadata }) => metadata.name === name);
  if (name !== '' && chosen === undefined) throw new PriorityError(`no PriorityClass with name ${name} was found`);
  const value = chosen?.value ?? 0;
  const preemptionPolicy = chosen?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (spec.priority !== undefined && spec.priority !== value) {
    throw new PriorityError(
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw new PriorityError(
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  const className = name === '' ? chosen?.metadata.name : name;
  return {
    ...spec,
    priority: value,
    preemptionPolicy,
    ...(className === undefined ? {} : { priorityClassName: className }),
  };
}

/** Of several defaults the lowest, so that no pod is favoured by accident. */
export function globalDefault(classes: readonly PriorityClass[]): PriorityClass | undefined {
  return classes
    .filter(({ globalDefault: isDefault }) => isDefault === true)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}
