import { invalid, notSupported, required, type FieldError } from '../../src/api/field-error.ts';
import { subdomainProblems } from '../../src/base/qualified-name.ts';
import { LEVELS, STAGES } from './event.ts';
import type { Policy, PolicyRule } from './policy.ts';

/** What is wrong with a policy, in upstream's words and order. Pure. */
export const validatePolicy = ({ omitStages, rules }: Policy): readonly FieldError[] => [
  ...stageErrors('omitStages', omitStages),
  ...rules.flatMap((rule, index) => ruleErrors(`rules[${index}]`, rule)),
];

function ruleErrors(path: string, rule: PolicyRule): readonly FieldError[] {
  const { level, nonResourceURLs, resources, namespaces, omitStages } = rule;
  const isOfBoth = nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0);
  return [
    ...levelErrors(`${path}.level`, level),
    ...nonResourceURLs.flatMap((url, index) => urlErrors(`${path}.nonResourceURLs[${index}]`, url)),
    ...resources.flatMap(each => resourceErrors(`${path}.resources`, each)),
    ...stageErrors(`${path}.omitStages`, omitStages),
    ...(isOfBoth ? [invalid(`${path}.nonResourceURLs`, nonResourceURLs, OF_BOTH)] : []),
  ];
}

const OF_BOTH = 'rules cannot apply to both regular resources and non-resource URLs';

function levelErrors(path: string, level: string): readonly FieldError[] {
  if (level === '') return [required(path)];
  return LEVELS.some(known => known === level) ? [] : [notSupported(path, level, LEVELS)];
}

function urlErrors(path: string, url: string): readonly FieldError[] {
  if (url === '*') return [];
  return [
    ...(url.startsWith('/') ? [] : [invalid(path, url, "non-resource URL rules must begin with a '/' character")]),
    ...(url.slice(0, -1).includes('*')
      ? [invalid(path, url, "non-resource URL wildcards '*' must be the final character of the rule")]
      : []),
  ];
}

function resourceErrors(
  path: string,
  { group, resources, resourceNames }: PolicyRule['resources'][number],
): readonly FieldError[] {
  const problems = group === '' || group === '*' ? [] : subdomainProblems(group);
  return [
    ...(problems.length === 0 ? [] : [invalid(`${path}.group`, group, problems.join(','))]),
    ...(resourceNames.length > 0 && resources.length === 0
      ? [invalid(`${path}.resourceNames`, resourceNames, 'using resourceNames requires at least one resource')]
      : []),
  ];
}

const stageErrors = (path: string, stages: readonly string[]): readonly FieldError[] =>
  stages.flatMap((stage, index) =>
    STAGES.some(known => known === stage)
      ? []
      : [invalid(`${path}[${index}]`, stage, `allowed stages are ${STAGES.join(',')}`)],
  );
