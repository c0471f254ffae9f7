import { FILE_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, findTargets, listObjects, type Found } from '../builder/found.ts';
import { bool, int } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { BareFailure, isReason, throwAll } from '../failures.ts';
import { nameOf } from '../kube-object.ts';
import { DESCRIBERS } from './describers.ts';
import { Description } from './description.ts';
import { describeGeneric } from './generic.ts';

export const describeVerb: Verb = {
  usage: '(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  about: 'Show details of a specific resource or group of resources.',
  flags: [
    ...FILE_FLAGS,
    SELECTOR_FLAG,
    bool('all-namespaces', 'Objects of all namespaces.', { short: 'A' }),
    int('chunk-size', 'How many objects a page holds.', { fallback: '500' }),
    bool('show-events', 'Show events of the objects.', { fallback: 'true' }),
  ],
  run: describe,
};

async function describe(call: Call): Promise<void> {
  const { flags, args, terminal } = call;
  if (args.length === 0 && flags.list('filename').length === 0) {
    throw new BareFailure(
      'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
    );
  }
  const options = { latest: true, mayList: true, allNamespaces: flags.bool('all-namespaces') };
  const first = await find(call, options);
  const isByPrefix = first.failures.some(each => isReason(each, 'NotFound'));
  const { found, failures } = isByPrefix ? await byPrefix(call, first) : first;
  let isFirst = true;
  const failed: unknown[] = [...failures];
  for (const each of found) {
    const text = await describeOne(call, each);
    terminal.out(isByPrefix ? `${text}\n` : isFirst ? text : `\n\n${text}`);
    isFirst = false;
  }
  if (found.length === 0 && failed.length === 0) {
    const within = flags.bool('all-namespaces') ? '' : ` in ${await call.cluster.namespace()} namespace.`;
    terminal.err(`No resources found${within}\n`);
  }
  throwAll(failed);
}

/** A name that nothing has may be what several begin with. */
async function byPrefix(
  call: Call,
  first: Awaited<ReturnType<typeof find>>,
): Promise<Awaited<ReturnType<typeof find>>> {
  const [type = '', prefix, ...more] = call.args;
  if (prefix === undefined || more.length > 0 || type.includes('/') || type.includes(',')) return first;
  const resource = (await call.cluster.names()).named(type);
  const namespace = resource.namespaced ? await call.cluster.namespace() : '';
  const all = await listObjects(await call.cluster.client(), resource, namespace);
  const alike = all.filter(object => nameOf(object).startsWith(prefix));
  if (alike.length === 0) return first;
  return findTargets(
    call,
    alike.map(object => ({ resource, name: nameOf(object) })),
  );
}

async function describeOne(call: Call, found: Found): Promise<string> {
  const out = new Description();
  const describer = DESCRIBERS[`${found.resource.group}/${found.resource.kind}`];
  const { object } = found;
  if (describer === undefined) await describeGeneric(call, out, object);
  else await (await describer())(call, out, object);
  return out.text();
}
