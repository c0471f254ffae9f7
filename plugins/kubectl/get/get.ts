import { FIELD_SELECTOR_FLAG, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { isSelected, targetsOf } from '../builder/targets.ts';
import { placeManifests } from '../builder/found.ts';
import { readManifests } from '../builder/manifests.ts';
import { bool, int, list, text, type FlagSpec } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { throwAll, Failure } from '../failures.ts';
import { customColumns } from '../print/custom-columns.ts';
import { printerOf, refuseFormat } from '../print/printer.ts';
import { getObjects } from './get-objects.ts';
import { getTables } from './get-tables.ts';
import type { PlacedTarget } from './placed-target.ts';
import { watchTarget } from './watch-target.ts';

const FLAGS: readonly FlagSpec[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  SELECTOR_FLAG,
  FIELD_SELECTOR_FLAG,
  bool('all-namespaces', 'Objects of all namespaces.', { short: 'A' }),
  int('chunk-size', 'How many objects a page holds; 0 for all at once.', { fallback: '500' }),
  bool('ignore-not-found', 'Say nothing of objects that are not there.'),
  list('label-columns', 'Labels to show as columns.', { short: 'L' }),
  bool('no-headers', 'Do not print headers.'),
  bool('output-watch-events', 'Say of each row of a watch what happened.'),
  text('raw', 'Path to ask of the server as it is.'),
  bool('server-print', 'Let the server say what the columns are.', { fallback: 'true' }),
  bool('show-kind', 'Show the type of each object.'),
  bool('show-labels', 'Show all labels in the last column.'),
  text('sort-by', 'Field to sort by, as a JSONPath expression.'),
  text('subresource', 'Subresource to get: status, scale, resize.'),
  bool('watch', 'After listing, watch for changes.', { short: 'w' }),
  bool('watch-only', 'Watch for changes, without listing.'),
];

const MUST_NAME =
  'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n';

export const getVerb: Verb = {
  usage: '[(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  about: 'Display one or many resources.',
  flags: FLAGS,
  run: get,
};

async function get(call: Call): Promise<void> {
  const { flags, terminal } = call;
  if (flags.text('raw') !== '') {
    if (call.args.length > 0 || flags.list('filename').length > 0) {
      throw usageFailure(call, 'arguments may not be passed when --raw is specified');
    }
    terminal.out(await (await call.cluster.client()).text(flags.text('raw'), { accept: '*/*' }));
    return;
  }
  if (call.args.length === 0 && flags.list('filename').length === 0 && !flags.isGiven('kustomize')) {
    terminal.err(MUST_NAME);
    throw usageFailure(
      call,
      `Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).`,
    );
  }
  if (flags.bool('show-labels') && flags.text('output') !== '' && flags.text('output') !== 'wide') {
    throw new Failure(`--show-labels option cannot be used with ${flags.text('output')} printer`);
  }
  if (flags.bool('output-watch-events') && !flags.bool('watch') && !flags.bool('watch-only')) {
    throw new Failure('--output-watch-events option can only be used with --watch or --watch-only');
  }
  const output = flags.text('output');
  const isHuman = output === '' || output === 'wide';
  const printer = isHuman && !flags.isGiven('template') ? undefined : await printerOf(call);
  const columns = await customColumns(output, call);
  if (!isHuman && printer === undefined && columns === undefined) {
    throw refuseFormat(output, ['custom-columns', 'custom-columns-file', 'wide']);
  }
  const { targets, failures } = await targetsToGet(call);
  const look = printer ?? columns;
  if (flags.bool('watch') || flags.bool('watch-only')) {
    throwAll(failures);
    return watchTarget(call, targets, printer, columns);
  }
  if (look === undefined) await getTables(call, targets, failures);
  else await getObjects(call, targets, failures, printer, columns);
}

async function targetsToGet(
  call: Call,
): Promise<{ readonly targets: readonly PlacedTarget[]; readonly failures: readonly unknown[] }> {
  const { flags, cluster } = call;
  if (flags.list('filename').length > 0 || flags.isGiven('kustomize')) {
    const { found, failures } = await placeManifests(call, await readManifests(call));
    return { targets: found.map(({ resource, name, namespace }) => ({ resource, name, namespace })), failures };
  }
  const names = await cluster.names();
  const targets = targetsOf(names, call.args, { mayList: true, isSelected: isSelected(call) });
  const namespace = await cluster.namespace();
  const isEverywhere = flags.bool('all-namespaces');
  if (isEverywhere && targets.some(({ name }) => name !== undefined)) {
    throw new Failure('a resource cannot be retrieved by name across all namespaces');
  }
  const within = isEverywhere ? '' : namespace;
  return {
    targets: targets.map(each => ({ ...each, namespace: each.resource.namespaced ? within : '' })),
    failures: [],
  };
}
