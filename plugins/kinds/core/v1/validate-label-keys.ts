import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { LabelSelector } from '../../../../src/api/label-selector.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';

interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** Keys whose values are taken from the pod itself; they only narrow a selector that is there, which has them by now. */
export function validateLabelKeys(
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Keyed,
  field: string,
): readonly FieldError[] {
  const errors = Object.entries({ matchLabelKeys, mismatchLabelKeys }).flatMap(([name, keys]) => {
    if (keys.length === 0) return [];
    if (labelSelector === undefined) {
      return [forbidden(`${field}.${name}`, 'must not be specified when labelSelector is not set')];
    }
    return keys.flatMap((key, index) =>
      qualifiedNameProblems(key).map(problem => invalid(`${field}.${name}[${index}]`, key, problem)),
    );
  });
  const taken = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    if (index >= 0 && taken.has(key)) {
      const error = invalid(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
      errors.push({ ...error, place: `${field}.mismatchLabelKeys` });
    }
    taken.add(key);
  }
  for (const [index, key] of matchLabelKeys.entries()) {
    if (!mismatchLabelKeys.includes(key)) continue;
    errors.push(
      invalid(`${field}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
    );
  }
  return errors;
}
