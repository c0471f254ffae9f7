import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
/** What the system itself uses, and nobody else may call so. */
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);

interface ClassLike extends AnyObject {
  readonly value?: number;
  readonly preemptionPolicy: string;
}

export function validatePriorityClass({ metadata: { name }, value = 0 }: ClassLike): readonly FieldError[] {
  if ((name ?? '').startsWith('system-')) {
    if (SYSTEM.get(name) === value) return [];
    const reason = SYSTEM.has(name)
      ? `value of ${name} PriorityClass must be ${SYSTEM.get(name)}`
      : `${name} is not a known system priority class`;
    const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${reason}`;
    return [forbidden('metadata.name', detail)];
  }
  if (value <= HIGHEST_USER_PRIORITY) return [];
  return [forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`)];
}

export function validatePriorityClassUpdate(next: ClassLike, old: ClassLike): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((next.value ?? 0) !== (old.value ?? 0)) errors.push(forbidden('value', 'may not be changed in an update.'));
  if (next.preemptionPolicy !== old.preemptionPolicy) {
    errors.push(invalid('preemptionPolicy', next.preemptionPolicy, 'field is immutable'));
  }
  return errors;
}
