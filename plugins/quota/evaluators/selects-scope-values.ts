import type { ScopedResourceSelectorRequirement } from '../../kinds/core/v1/resource-quota-spec.ts';

/** Whether a scope with values holds for something that has `names` of it; upstream's selector of one label. */
export function selectsScopeValues(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  names: ReadonlySet<string>,
): boolean {
  switch (operator) {
    case 'Exists':
      return names.size > 0;
    case 'DoesNotExist':
      return names.size === 0;
    case 'In':
      return values.some(value => names.has(value));
    case 'NotIn':
      return names.size === 0 || [...names].some(name => !values.includes(name));
    default:
      return false;
  }
}
