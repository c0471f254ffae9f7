import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
/** What the system itself uses, and nobody else may call so. */
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);

interface ClassLike extends AnyObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy: string;
}

export function validatePriorityClass(priorityClass: ClassLike): readonly FieldError[] {
  const { preemptionPolicy: policy } = priorityClass;
  const errors = validateValue(priorityClass);
  if (policy === '') return [...errors, required('preemptionPolicy')];
  return POLICIES.includes(policy) ? errors : [...errors, notSupported('preemptionPolicy', policy, POLICIES)];
}

const POLICIES: readonly string[] = ['PreemptLowerPriority', 'Never'];

function validateValue({ metadata, value = 0, globalDefault = false }: ClassLike): readonly FieldError[] {
  const name = metadata.name ?? '';
  if (!name.startsWith('system-')) {
    if (value <= HIGHEST_USER_PRIORITY) return [];
    return [forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`)];
  }
  const known = SYSTEM.get(name);
  if (known === value && !globalDefault) return [];
  const differs =
    known === value
      ? `globalDefault of ${name} PriorityClass must be false`
      : `value of ${name} PriorityClass must be ${known}`;
  const reason = known === undefined ? `${name} is not a known system priority class` : differs;
  const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${reason}`;
  return [forbidden('metadata.name', detail)];
}

export function validatePriorityClassUpdate(next: ClassLike, old: ClassLike): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((next.value ?? 0) !== (old.value ?? 0)) errors.push(forbidden('value', 'may not be changed in an update.'));
  if (next.preemptionPolicy !== old.preemptionPolicy) {
    errors.push(invalid('preemptionPolicy', next.preemptionPolicy, 'field is immutable'));
  }
  return errors;
}
