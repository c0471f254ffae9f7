import { DRY_RUN_FLAG, fieldManager, FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { find, pathOf, quotedName, type Found } from '../builder/found.ts';
import { bool, duration, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt, withField } from '../dig.ts';
import { Failure, isReason, throwAll, whileDoing } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { lastApplied, withLastApplied } from '../apply/last-applied.ts';
import { createObject } from './create-object.ts';
import { deleteObject, propagationOf } from './delete-object.ts';
import { dryRunOf, dryRunQuery } from './dry-run.ts';
import { fieldValidation, VALIDATE_FLAG } from './field-validation.ts';
import { reporter } from './report.ts';
import { untilGone } from './until-gone.ts';

export const replaceVerb: Verb = {
  usage: '-f FILENAME',
  about: 'Replace a resource by file name or stdin.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    fieldManager('kubectl-replace'),
    text('cascade', 'What becomes of what deleted objects own.', { fallback: 'background', bare: 'background' }),
    bool('force', 'Delete the objects and create them anew.'),
    int('grace-period', 'Seconds an object has to end.', { fallback: '-1' }),
    text('raw', 'Path to PUT the file to.'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    text('subresource', 'Subresource to replace.'),
    duration('timeout', 'How long to wait for deletions.'),
    bool('wait', 'Wait until what is deleted is gone.'),
  ],
  run: replace,
};

async function replace(call: Call): Promise<void> {
  const { flags } = call;
  if (flags.list('filename').length === 0 && !flags.isGiven('kustomize'))
    throw new Failure('must specify one of -f and -k');
  if (flags.int('grace-period') >= 0 && !flags.bool('force'))
    throw new Failure('--grace-period must have --force specified');
  if (flags.durationMs('timeout') !== 0 && !flags.bool('force'))
    throw new Failure('--timeout must have --force specified');
  const { found, failures } = await find(call);
  const failed: unknown[] = [...failures];
  if (flags.bool('force')) {
    throwAll(failed);
    return forceReplace(call, found);
  }
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  for (const each of found) {
    try {
      const wanted = configured(call, each.object);
      const made = dryRun === 'client' ? wanted : await put(call, each, wanted);
      report(each, made, 'replaced');
    } catch (error) {
      failed.push(whileDoing('replacing', each.source, error));
    }
  }
  throwAll(failed);
}

/** What was applied stays known to a later apply. */
const configured = ({ flags }: Call, object: KubeObject): KubeObject =>
  flags.bool('save-config') || lastApplied(object) !== undefined ? withLastApplied(object) : object;

async function put(call: Call, found: Found, object: KubeObject): Promise<KubeObject> {
  const { flags, cluster } = call;
  const client = await cluster.client();
  const subresource = flags.text('subresource');
  const below = subresource === '' ? [] : [subresource];
  let wanted = object;
  if (textAt(object, 'metadata', 'resourceVersion') === '') {
    const now = await client.json(pathOf(found, ...below));
    wanted = withField(
      object,
      ['metadata', 'resourceVersion'],
      textAt(now, 'metadata', 'resourceVersion'),
    ) as KubeObject;
  }
  return (await client.json(pathOf(found, ...below), {
    method: 'PUT',
    body: wanted,
    query: {
      fieldManager: flags.text('field-manager'),
      fieldValidation: fieldValidation(flags),
      dryRun: dryRunQuery(dryRunOf(flags)),
    },
  })) as KubeObject;
}

async function forceReplace(call: Call, found: readonly Found[]): Promise<void> {
  const { flags, cluster, terminal } = call;
  const client = await cluster.client();
  const report = await reporter(call);
  const graceSeconds = flags.int('grace-period');
  const gone: Found[] = [];
  for (const each of found) {
    try {
      const propagation = propagationOf(flags.text('cascade'));
      await deleteObject(client, each, { graceSeconds, propagation, dryRun: 'none' });
      terminal.out(`${quotedKind(each)} deleted\n`);
      gone.push(each);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
  }
  await untilGone(call, gone, flags.durationMs('timeout'));
  for (const each of found) {
    const made = await createObject(client, each, configured(call, each.object), {
      fieldManager: flags.text('field-manager'),
      fieldValidation: fieldValidation(flags),
    });
    report(each, made, 'replaced');
  }
}

const quotedKind = ({ resource, name }: Found): string =>
  quotedName({ resource: { ...resource, resource: resource.kind.toLowerCase() }, name });
