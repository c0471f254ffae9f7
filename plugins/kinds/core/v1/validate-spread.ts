import { duplicate, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import type { TopologySpreadConstraint } from './topology-spread-constraint.ts';
import { validateLabelKeys } from './validate-label-keys.ts';

const ACTIONS: readonly string[] = ['DoNotSchedule', 'ScheduleAnyway'];

/** How pods are to be spread; one domain and one action make one constraint. */
export function validateSpread(constraints: readonly TopologySpreadConstraint[], field: string): readonly FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const path = `${field}[${index}]`;
    const { maxSkew, minDomains, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
    if (!ACTIONS.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS));
    }
    const isSame = (other: TopologySpreadConstraint): boolean =>
      other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable;
    if (constraints.slice(index + 1).some(isSame)) {
      const pair = duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
      errors.push({ ...pair, place: `${path}.minDomains` });
    }
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${path}.minDomains`, minDomains, 'must be greater than zero'));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${path}.minDomains`, minDomains, detail));
      }
    }
    errors.push(...validateLabelKeys(constraint, path));
    errors.push(...validateLabelSelector(labelSelector, `${path}.labelSelector`));
    return errors;
  });
}
