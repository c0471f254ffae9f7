import { invalid, notSupported, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { RuleWithOperations } from './rule-with-operations.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Rules of what a webhook is asked about. */
export function validateRule(field: string, rule: RuleWithOperations): readonly FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [] } = rule;
  return [
    ...someOrAll(`${field}.operations`, operations, 'operations'),
    ...operations.flatMap((operation, index) =>
      OPERATIONS.includes(operation) ? [] : [notSupported(`${field}.operations[${index}]`, operation, OPERATIONS)],
    ),
    ...someOrAll(`${field}.apiGroups`, apiGroups, 'API groups'),
    ...someOrAll(`${field}.apiVersions`, apiVersions, 'API versions'),
    ...emptyItems(`${field}.apiVersions`, apiVersions),
    ...resourceErrors(`${field}.resources`, resources),
  ];
}

function someOrAll(field: string, items: readonly string[], what: string): readonly FieldError[] {
  if (items.length === 0) return [required(field)];
  return items.length > 1 && items.includes('*')
    ? [invalid(field, items, `if '*' is present, must not specify other ${what}`)]
    : [];
}

const emptyItems = (field: string, items: readonly string[]): readonly FieldError[] =>
  items.flatMap((item, index) => (item === '' ? [required(`${field}[${index}]`)] : []));

/** What a wildcard covers is not to be named again after it. */
function resourceErrors(field: string, resources: readonly string[]): readonly FieldError[] {
  if (resources.length === 0) return [required(field)];
  const before = (index: number, resource: string): boolean => resources.slice(0, index).includes(resource);
  const errors = resources.flatMap((resource, index) => {
    const item = `${field}[${index}]`;
    if (resource === '') return [required(item)];
    const slash = resource.indexOf('/');
    if (slash < 0) return [];
    const covering = [`${resource.slice(0, slash)}/*`, `*/${resource.slice(slash + 1)}`];
    return covering
      .filter(wildcard => before(index, wildcard))
      .map(wildcard => invalid(item, resource, `if '${wildcard}' is present, must not specify ${resource}`));
  });
  const whole = (detail: string): readonly FieldError[] => placedAfter(field, [invalid(field, resources, detail)]);
  // As upstream, where the last of them alone tells.
  const lastPlain = resources.findLast(resource => resource !== '' && !resource.includes('/'));
  const hasPlain = lastPlain !== undefined && lastPlain !== '*';
  return [
    ...errors,
    ...(resources.length > 1 && resources.includes('*/*')
      ? whole("if '*/*' is present, must not specify other resources")
      : []),
    ...(resources.includes('*') && hasPlain
      ? whole("if '*' is present, must not specify other resources without subresources")
      : []),
  ];
}
