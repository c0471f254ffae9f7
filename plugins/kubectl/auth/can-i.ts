import { bool, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { dig, listAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { compactRules } from '../describe/compact-rules.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';

export const canIVerb: Verb = {
  usage: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  about: 'Check whether an action is allowed.',
  flags: [
    bool('all-namespaces', 'In all namespaces.', { short: 'A' }),
    bool('list', 'Print all that is allowed.'),
    bool('no-headers', 'Do not print headers.'),
    bool('quiet', 'Say it by the exit code alone.', { short: 'q' }),
    text('subresource', 'Subresource that is meant.'),
  ],
  run: canI,
};

const REVIEWS = '/apis/authorization.k8s.io/v1';

async function canI(call: Call): Promise<number> {
  const { flags, args, terminal, cluster } = call;
  const client = await cluster.client();
  if (flags.bool('list')) {
    if (args.length > 0) throw usageFailure(call, 'list option must be specified with no arguments');
    await listRules(call);
    return 0;
  }
  const [verb, target = '', name = ''] = args;
  if (verb === undefined || args.length > 3 || (args.length === 1 && target === '')) {
    throw new Failure(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: target.startsWith('/')
      ? { nonResourceAttributes: { verb, path: target } }
      : { resourceAttributes: { verb, ...(await resourceAttributes(call, target, name)) } },
  };
  const answer = await client.json(`${REVIEWS}/selfsubjectaccessreviews`, { method: 'POST', body: review });
  const allowed = dig(answer, 'status', 'allowed') === true;
  const [reason, problem] = [textAt(answer, 'status', 'reason'), textAt(answer, 'status', 'evaluationError')];
  if (!flags.bool('quiet')) {
    const why = allowed || reason === '' ? '' : ` - ${reason}`;
    terminal.out(`${allowed ? 'yes' : 'no'}${why}${problem === '' ? '' : ` - ${problem}`}\n`);
  }
  return allowed ? 0 : 1;
}

async function resourceAttributes(
  { flags, cluster, terminal }: Call,
  target: string,
  given: string,
): Promise<Readonly<Record<string, string>>> {
  const [type = '', named = ''] = target.split('/');
  const names = await cluster.names();
  const found = names.find(type);
  if (found === undefined && type !== '*') {
    const [resource = '', ...group] = type.split('.');
    const within = group.length === 0 ? '' : ` in group '${group.join('.')}'`;
    terminal.err(`Warning: the server doesn't have a resource type '${resource}'${within}\n\n`);
  }
  if (found !== undefined && !found.namespaced && !flags.bool('all-namespaces')) {
    terminal.err(
      `Warning: resource '${found.resource}' is not namespace scoped${found.group === '' ? '' : ` in group '${found.group}'`}\n\n`,
    );
  }
  const namespace = flags.bool('all-namespaces') || found?.namespaced === false ? '' : await cluster.namespace();
  return {
    ...(namespace === '' ? {} : { namespace }),
    group: found?.group ?? type.split('.').slice(1).join('.'),
    resource: found?.resource ?? type.split('.')[0] ?? '',
    ...(flags.text('subresource') === '' ? {} : { subresource: flags.text('subresource') }),
    ...(named === '' && given === '' ? {} : { name: named || given }),
  };
}

async function listRules({ flags, cluster, terminal }: Call): Promise<void> {
  const spec = { namespace: await cluster.namespace() };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec };
  const answer = await (await cluster.client()).json(`${REVIEWS}/selfsubjectrulesreviews`, { method: 'POST', body });
  const rules = compactRules([
    ...listAt(answer, 'status', 'resourceRules'),
    ...listAt(answer, 'status', 'nonResourceRules'),
  ]);
  const shown = (list: readonly string[]): string => `[${list.join(' ')}]`;
  const header = flags.bool('no-headers') ? [] : ['Resources\tNon-Resource URLs\tResource Names\tVerbs'];
  const rows = rules.map(({ resource, urls, names, verbs }) =>
    [resource, shown(urls), shown(names), shown(verbs)].join('\t'),
  );
  terminal.out(alignTabs([...header, ...rows].map(row => `${row}\n`).join(''), TABLE_TABS));
}
