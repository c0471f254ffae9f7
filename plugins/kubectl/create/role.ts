import { list, text, type FlagSpec } from '../command/flag.ts';
import type { Call } from '../command/verb.ts';
import { BareFailure, Failure } from '../failures.ts';
import { generatorVerb, newMetadata } from './generator.ts';

const FLAGS: readonly FlagSpec[] = [
  list('verb', 'Verbs the rule allows.'),
  list('resource', 'Resources the rule is for: pods, deployments.apps, pods/log.'),
  list('resource-name', 'Names the rule is for.'),
];

export const roleVerb = generatorVerb({
  usage: 'NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]',
  about: 'Create a role with single rule.',
  flags: FLAGS,
  namespaced: true,
  build: async (call, name) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: newMetadata(name),
    rules: await resourceRules(call),
  }),
});

export const clusterRoleVerb = generatorVerb({
  usage: 'NAME --verb=verb --resource=resource.group [--resource-name=resourcename]',
  about: 'Create a cluster role.',
  flags: [
    ...FLAGS,
    list('non-resource-url', 'Paths the rule is for.'),
    text('aggregation-rule', 'Labels of the cluster roles it is made of.'),
  ],
  namespaced: false,
  async build(call, name) {
    const { flags } = call;
    const head = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: newMetadata(name) };
    if (flags.text('aggregation-rule') !== '') {
      const labels = flags
        .text('aggregation-rule')
        .split(',')
        .map(part => part.split('='));
      return {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: Object.fromEntries(labels) as unknown }] },
        ...head,
        rules: null,
      };
    }
    const urls = flags.list('non-resource-url');
    const rules = flags.list('resource').length > 0 || urls.length === 0 ? await resourceRules(call) : [];
    return {
      ...head,
      rules: [...rules, ...(urls.length > 0 ? [{ nonResourceURLs: urls, verbs: flags.list('verb') }] : [])],
    };
  },
});

/** A rule for each group. */
async function resourceRules(call: Call): Promise<readonly unknown[]> {
  const { flags } = call;
  const verbs = [...new Set(flags.list('verb'))];
  if (verbs.length === 0) throw new Failure('at least one verb must be specified');
  const given = [...new Set(flags.list('resource'))];
  if (given.length === 0) throw new Failure('at least one resource must be specified');
  if (flags.list('resource-name').length > 0 && given.length > 1) {
    throw new Failure('resource name can not be applied to multiple resources');
  }
  const names = await call.cluster.names();
  const byGroup = new Map<string, string[]>();
  for (const text of given) {
    const [type = '', subresource] = text.split('/');
    if (type === '*') {
      if (given.length > 1) throw new Failure('wildcard(*) cannot be used with other resources');
      byGroup.set('*', ['*']);
      continue;
    }
    const found = names.find(type);
    if (found === undefined) {
      const [name = '', ...group] = type.split('.');
      if (group.length > 0)
        throw new BareFailure(
          `the server doesn't have a resource type ${JSON.stringify(name)} in group ${JSON.stringify(group.join('.'))}`,
        );
      throw new BareFailure(`the server doesn't have a resource type ${JSON.stringify(name)}`);
    }
    const resource = subresource === undefined ? found.resource : `${found.resource}/${subresource}`;
    byGroup.set(found.group, [...(byGroup.get(found.group) ?? []), resource]);
  }
  const resourceNames = flags.list('resource-name');
  return [...byGroup].map(([group, resources]) => ({
    apiGroups: [group],
    ...(resourceNames.length > 0 ? { resourceNames } : {}),
    resources,
    verbs: verbs.includes('*') ? ['*'] : verbs,
  }));
}
