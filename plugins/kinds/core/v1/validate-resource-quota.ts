import { invalid, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isQuotaResource, quotaResourceErrors } from './resource-names.ts';
import type { ResourceList } from './resource-list.ts';
import type {
  ResourceQuotaSpec,
  ResourceQuotaStatus,
  ScopedResourceSelectorRequirement,
} from './resource-quota-spec.ts';
import { quantityErrors } from './validate-resources.ts';

const OF_PODS: ReadonlySet<string> = new Set([
  'pods',
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]);
/** The scopes there are, each with what may be limited within it. */
const SCOPES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Terminating', OF_PODS],
  ['NotTerminating', OF_PODS],
  ['BestEffort', new Set(['pods'])],
  ['NotBestEffort', OF_PODS],
  ['PriorityClass', OF_PODS],
  ['CrossNamespacePodAffinity', OF_PODS],
  ['VolumeAttributesClass', new Set(['persistentvolumeclaims', 'requests.storage'])],
]);
const CONFLICTING = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
/** Scopes that hold or do not, with no values to choose from. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]);
const ONLY_EXISTS =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

type Spec = Pick<ResourceQuotaSpec, 'hard' | 'scopes' | 'scopeSelector'>;

export const validateQuotaSpec = (spec: Spec, field: string): readonly FieldError[] => [
  ...amountErrors(spec.hard, `${field}.hard`),
  ...scopeErrors(spec, `${field}.scopes`),
  ...placed(`${field}.scopeSelector`, selectorErrors(spec, `${field}.scopeSelector.matchExpressions`)),
];

export const validateQuotaStatus = ({ hard, used }: ResourceQuotaStatus, field: string): readonly FieldError[] => [
  ...amountErrors(hard, `${field}.hard`),
  ...amountErrors(used, `${field}.used`),
];

/** What was to be counted stays what is counted. */
export function validateQuotaUpdate(
  { spec }: { readonly spec: Spec },
  old: { readonly spec: Spec },
): readonly FieldError[] {
  const [now, before] = [new Set(spec.scopes), new Set(old.spec.scopes)];
  if (now.size === before.size && [...now].every(scope => before.has(scope))) return [];
  return [invalid('spec.scopes', spec.scopes ?? null, 'field is immutable')];
}

const amountErrors = (amounts: ResourceList = {}, field: string): readonly FieldError[] =>
  Object.entries(amounts).flatMap(([name, amount]) => {
    const path = `${field}[${name}]`;
    return [...quotaResourceErrors(name, path), ...quantityErrors(name, amount, path)];
  });

function scopeErrors({ hard = {}, scopes = [] }: Spec, field: string): readonly FieldError[] {
  const unknown = scopes.some(scope => !SCOPES.has(scope)) ? [invalid(field, scopes, 'unsupported scope')] : [];
  const strange = scopes.some(scope => hasStrangers(hard, scope))
    ? [invalid(field, scopes, 'unsupported scope applied to resource')]
    : [];
  return [...unknown, ...strange, ...conflicts(scopes, field, scopes)];
}

/** Something is limited that the scope says nothing of. */
const hasStrangers = (hard: ResourceList, scope: string): boolean =>
  Object.keys(hard).some(name => isQuotaResource(name) && SCOPES.get(scope)?.has(name) === false);

/** `shown`: upstream shows the scopes also where the selector's conflict. */
const conflicts = (
  present: readonly string[],
  field: string,
  shown: readonly string[] | undefined,
): readonly FieldError[] =>
  CONFLICTING.filter(pair => pair.every(scope => present.includes(scope))).map(() =>
    invalid(field, shown ?? null, 'conflicting scopes'),
  );

function selectorErrors({ hard = {}, scopes, scopeSelector }: Spec, field: string): readonly FieldError[] {
  if (scopeSelector === undefined) return [];
  const { matchExpressions = [] } = scopeSelector;
  // Upstream shows it with the names of its own fields.
  const shown = {
    MatchExpressions: matchExpressions.map(({ scopeName, operator, values = null }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values,
    })),
  };
  const errors = matchExpressions.flatMap(requirement => {
    const { scopeName } = requirement;
    return [
      ...(SCOPES.has(scopeName) ? [] : [invalid(`${field}.scopeName`, scopeName, 'unsupported scope')]),
      ...(hasStrangers(hard, scopeName) ? [invalid(field, shown, 'unsupported scope applied to resource')] : []),
      ...requirementErrors(requirement, field),
    ];
  });
  const names = matchExpressions.map(({ scopeName }) => scopeName);
  return [...errors, ...conflicts(names, field, scopes)];
}

function requirementErrors(requirement: ScopedResourceSelectorRequirement, field: string): readonly FieldError[] {
  const { scopeName, operator, values = [] } = requirement;
  const path = `${field}.operator`;
  const errors = WITHOUT_VALUES.has(scopeName) && operator !== 'Exists' ? [invalid(path, operator, ONLY_EXISTS)] : [];
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      return values.length > 0 ? errors : [...errors, required(`${field}.values`, detail)];
    }
    case 'Exists':
    case 'DoesNotExist': {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return values.length === 0 ? errors : [...errors, invalid(`${field}.values`, values, detail)];
    }
    default:
      return [...errors, invalid(path, operator, 'not a valid selector operator')];
  }
}
