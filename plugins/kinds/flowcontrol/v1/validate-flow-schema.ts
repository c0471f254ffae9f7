import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateConditions } from './flow-condition.ts';
import type {
  FlowSchemaSpec,
  FlowSchemaStatus,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from './flow-schema-spec.ts';

interface Parts {
  readonly metadata: { readonly name: string };
  readonly spec: FlowSchemaSpec;
  readonly status: FlowSchemaStatus;
}
type Errors = readonly FieldError[];

const MAX_PRECEDENCE = 10_000;
const DISTINGUISHERS: readonly string[] = ['ByNamespace', 'ByUser'];

export function validateFlowSchema({ metadata, spec, status }: Parts): Errors {
  const { matchingPrecedence: precedence, distinguisherMethod, priorityLevelConfiguration: level, rules = [] } = spec;
  const errors: FieldError[] = [];
  const field = 'spec.matchingPrecedence';
  if (precedence <= 0) errors.push(invalid(field, precedence, 'must be a positive value'));
  if (precedence > MAX_PRECEDENCE)
    errors.push(invalid(field, precedence, `must not be greater than ${MAX_PRECEDENCE}`));
  if (precedence === 1 && metadata.name !== 'exempt') {
    errors.push(invalid(field, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  if (distinguisherMethod !== undefined && !DISTINGUISHERS.includes(distinguisherMethod.type)) {
    // In Go's own type, which has no names for JSON.
    const value = { Type: distinguisherMethod.type };
    errors.push(notSupported('spec.distinguisherMethod.type', value, DISTINGUISHERS));
  }
  const named = 'spec.priorityLevelConfiguration.name';
  if (level.name === '') errors.push(required(named, 'must reference a priority level'));
  else errors.push(...subdomainProblems(level.name).map(problem => invalid(named, level.name, problem)));
  errors.push(...rules.flatMap((rule, index) => validateRules(rule, `spec.rules[${index}]`)));
  return [...errors, ...validateConditions(status.conditions)];
}

function validateRules(rule: PolicyRulesWithSubjects, field: string): Errors {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule;
  const errors = subjects.flatMap((subject, index) => validateSubject(subject, `${field}.subjects[${index}]`));
  if (subjects.length === 0) errors.push(required(`${field}.subjects`, 'subjects must contain at least one value'));
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.push(required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  return [
    ...errors,
    ...resourceRules.flatMap((each, index) => validateResourceRule(each, `${field}.resourceRules[${index}]`)),
    ...nonResourceRules.flatMap((each, index) => validatePathRule(each, `${field}.nonResourceRules[${index}]`)),
  ];
}

/** Its field, by the kind of a subject, in the order in which upstream complains of those that are too many. */
const SUBJECTS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
type SubjectField = (typeof SUBJECTS)[keyof typeof SUBJECTS];

function validateSubject(subject: Subject, field: string): Errors {
  const { kind } = subject;
  const own = Object.entries(SUBJECTS).find(([known]) => known === kind)?.[1];
  if (own === undefined) return [notSupported(`${field}.kind`, kind, Object.keys(SUBJECTS).sort())];
  const others = Object.entries(SUBJECTS).filter(([, name]) => name !== own && subject[name] !== undefined);
  return [
    ...validateSubjectName(subject, own, kind, `${field}.${own}`),
    ...others.map(([other, name]) =>
      forbidden(`${field}.${name}`, `${name} is forbidden when subject kind is not '${other}'`),
    ),
  ];
}

function validateSubjectName(subject: Subject, own: SubjectField, kind: string, field: string): Errors {
  const found = subject[own];
  if (found === undefined) return [required(field, `${own} is required when subject kind is '${kind}'`)];
  const errors: FieldError[] = found.name === '' ? [required(`${field}.name`)] : [];
  const account = own === 'serviceAccount' ? subject.serviceAccount : undefined;
  if (account === undefined) return errors;
  const { name, namespace } = account;
  if (name !== '' && name !== '*') {
    errors.push(...subdomainProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
  }
  if (namespace === '') errors.push(required(`${field}.namespace`, 'must specify namespace for service account'));
  else errors.push(...dnsLabelProblems(namespace).map(problem => invalid(`${field}.namespace`, namespace, problem)));
  return errors;
}

const VERBS: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
];

function validateVerbs(verbs: readonly string[], field: string): Errors {
  if (verbs.length === 0) return [required(field, 'verbs must contain at least one value')];
  if (verbs.includes('*')) {
    return verbs.length > 1 ? [invalid(field, verbs, "if '*' is present, must not specify other verbs")] : [];
  }
  return verbs.every(verb => VERBS.includes(verb)) ? [] : [notSupported(field, verbs, VERBS)];
}

function validateResourceRule(rule: ResourcePolicyRule, field: string): Errors {
  const { verbs, apiGroups, resources, namespaces, clusterScope = false } = rule;
  const all = (name: string, values: readonly string[], missing: string, what: string): Errors => {
    if (values.length === 0) return [required(`${field}.${name}`, missing)];
    const isDouble = values.length > 1 && values.includes('*');
    return isDouble ? [invalid(`${field}.${name}`, values, `if '*' is present, must not specify other ${what}`)] : [];
  };
  return [
    ...validateVerbs(verbs, `${field}.verbs`),
    ...all('apiGroups', apiGroups, 'resource rules must supply at least one api group', 'api groups'),
    ...all('resources', resources, 'resource rules must supply at least one resource', 'resources'),
    ...validateNamespaces(namespaces, clusterScope, `${field}.namespaces`),
  ];
}

function validateNamespaces(namespaces: readonly string[], clusterScope: boolean, field: string): Errors {
  if (namespaces.length === 0 && !clusterScope) {
    return [required(field, 'resource rules that are not cluster scoped must supply at least one namespace')];
  }
  if (namespaces.includes('*')) {
    const text = "if '*' is present, must not specify other namespaces";
    return namespaces.length > 1 ? [invalid(field, namespaces, text)] : [];
  }
  return namespaces.flatMap((namespace, index) =>
    dnsLabelProblems(namespace).map(problem =>
      invalid(`${field}[${index}]`, namespace, `each member of this list must be '*' or a DNS-1123 label; ${problem}`),
    ),
  );
}

function validatePathRule({ verbs, nonResourceURLs: paths }: NonResourcePolicyRule, field: string): Errors {
  return [...validateVerbs(verbs, `${field}.verbs`), ...validatePaths(paths, `${field}.nonResourceURLs`)];
}

function validatePaths(paths: readonly string[], field: string): Errors {
  if (paths.length === 0) return [required(field, 'nonResourceURLs must contain at least one value')];
  if (paths.includes('*')) {
    const text = "if '*' is present, must not specify other non-resource URLs";
    return paths.length > 1 ? [invalid(field, paths, text)] : [];
  }
  return paths.flatMap((path, index) => {
    const problem = pathProblem(path);
    return problem === undefined ? [] : [invalid(`${field}[${index}]`, path, problem)];
  });
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const stars = path.split('*').length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
