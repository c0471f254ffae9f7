import { listAt } from '../dig.ts';

export interface CompactRule {
  /** `deployments.apps`; '' for paths. */
  readonly resource: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

/** Rules as one line a resource, the verbs of those that are alike together. */
export function compactRules(rules: readonly unknown[]): readonly CompactRule[] {
  const compact = new Map<string, CompactRule>();
  for (const rule of rules.flatMap(brokenDown)) {
    const key = JSON.stringify([rule.resource, rule.urls, rule.names]);
    const there = compact.get(key);
    const verbs = [...new Set([...(there?.verbs ?? []), ...rule.verbs])];
    compact.set(key, { ...rule, verbs });
  }
  const order = ({ resource, urls, names, verbs }: CompactRule): string =>
    JSON.stringify([resource, urls, names, verbs]);
  return [...compact.values()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function brokenDown(rule: unknown): readonly CompactRule[] {
  const texts = (field: string): readonly string[] => listAt(rule, field).map(String);
  const verbs = texts('verbs');
  const names = texts('resourceNames');
  const ofResources = texts('apiGroups').flatMap(group =>
    texts('resources').flatMap(resource => {
      const [type = '', ...subresource] = resource.split('/');
      const whole = `${group === '' ? type : `${type}.${group}`}${subresource.length > 0 ? `/${subresource.join('/')}` : ''}`;
      const each = names.length === 0 ? [[]] : names.map(name => [name]);
      return each.map(some => ({ resource: whole, urls: [], names: some, verbs }));
    }),
  );
  return [...ofResources, ...texts('nonResourceURLs').map(url => ({ resource: '', urls: [url], names: [], verbs }))];
}
