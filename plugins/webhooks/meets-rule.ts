import type { RuleWithOperations } from '../kinds/admissionregistration/v1/rule-with-operations.ts';
import type { AskedAbout } from './request-of.ts';

/** Whether a rule is about a request. Pure; upstream's rules.Matcher. */
export function meetsRule(rule: RuleWithOperations, asked: AskedAbout): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  return (
    inScope(scope, asked) &&
    covers(operations, asked.operation) &&
    covers(apiGroups, asked.group) &&
    covers(apiVersions, asked.version) &&
    resources.some(each => coversResource(each, asked))
  );
}

const covers = (items: readonly string[], wanted: string): boolean => items.includes('*') || items.includes(wanted);

function inScope(scope: RuleWithOperations['scope'], { group, version, plural, namespace }: AskedAbout): boolean {
  if (scope === '*') return true;
  // Namespaces are of the cluster, though they are told with a namespace.
  const isClusters = namespace === '' || (group === '' && version === 'v1' && plural === 'namespaces');
  return isClusters === (scope === 'Cluster');
}

function coversResource(resource: string, { plural, subresource }: AskedAbout): boolean {
  const slash = resource.indexOf('/');
  const [main, below] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash + 1)];
  return (main === '*' || main === plural) && (below === '*' || below === subresource);
}
