import { bool, list, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { alignTabs } from '../print/tab-text.ts';
import { apiVersionOf, groupResource, type ApiResource } from '../rest/api-resource.ts';

export const apiResourcesVerb: Verb = {
  usage: '[flags]',
  about: 'Print the supported API resources on the server.',
  flags: [
    text('api-group', 'Resources of this group alone.'),
    bool('cached', 'Taken for compatibility: the server is asked each time.'),
    list('categories', 'Resources of these categories alone.'),
    bool('namespaced', 'Resources within namespaces, or those outside of them.', { fallback: 'true' }),
    bool('no-headers', 'Do not print headers.'),
    text('output', 'wide or name.', { short: 'o' }),
    text('sort-by', 'name or kind.'),
    list('verbs', 'Resources that know these verbs alone.'),
  ],
  run: apiResources,
};

async function apiResources(call: Call): Promise<void> {
  const { flags, terminal, cluster, args } = call;
  const output = flags.text('output');
  if (args.length > 0) throw usageFailure(call, `unexpected arguments: [${args.join(' ')}]`);
  if (!['', 'wide', 'name'].includes(output)) throw new Failure(`--output ${output} is not available`);
  if (!['', 'name', 'kind'].includes(flags.text('sort-by'))) {
    throw new Failure('--sort-by accepts only name or kind');
  }
  const { preferred } = await cluster.names();
  const shown = preferred
    .filter(resource => isWanted(call, resource))
    .toSorted((a, b) => compare(a.group, b.group) || compare(a.resource, b.resource));
  const by = flags.text('sort-by');
  const sorted =
    by === ''
      ? shown
      : shown.toSorted((a, b) => (by === 'name' ? compare(a.resource, b.resource) : compare(a.kind, b.kind)));
  if (output === 'name') {
    for (const resource of sorted) terminal.out(`${groupResource(resource)}\n`);
    return;
  }
  const header = [
    'NAME',
    'SHORTNAMES',
    'APIVERSION',
    'NAMESPACED',
    'KIND',
    ...(output === 'wide' ? ['VERBS', 'CATEGORIES'] : []),
  ];
  const rows = sorted.map(resource => [
    resource.resource,
    resource.shortNames.join(','),
    apiVersionOf(resource),
    String(resource.namespaced),
    resource.kind,
    ...(output === 'wide' ? [resource.verbs.toSorted().join(','), resource.categories.join(',')] : []),
  ]);
  const lines = [...(flags.bool('no-headers') ? [] : [header]), ...rows].map(cells => `${cells.join('\t')}\n`);
  terminal.out(alignTabs(lines.join(''), { minWidth: 6, padding: 3 }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function isWanted({ flags }: Call, resource: ApiResource): boolean {
  if (resource.verbs.length === 0) return false;
  if (flags.isGiven('api-group') && resource.group !== flags.text('api-group')) return false;
  if (flags.isGiven('namespaced') && resource.namespaced !== flags.bool('namespaced')) return false;
  if (!flags.list('verbs').every(verb => resource.verbs.includes(verb))) return false;
  return flags.list('categories').every(category => resource.categories.includes(category));
}
