import { ALL_FLAG, DRY_RUN_FLAG, FIELD_SELECTOR_FLAG, FILE_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find, shownName, type Found } from '../builder/found.ts';
import { bool, duration, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure, isReason, throwAll, whileDoing } from '../failures.ts';
import { deleteObject, propagationOf } from './delete-object.ts';
import { dryRunNote, dryRunOf, type DryRun } from './dry-run.ts';
import { untilGone } from './until-gone.ts';

export const deleteVerb: Verb = {
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  about: 'Delete resources by file names, stdin, resources and names, or by resources and label selector.',
  flags: [
    ...FILE_FLAGS,
    SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    bool('all-namespaces', 'Objects of all namespaces.', { short: 'A' }),
    text('cascade', 'background, orphan or foreground: what becomes of what the objects own.', {
      fallback: 'background',
      bare: 'background',
    }),
    bool('force', 'Delete at once, without waiting for what ends.'),
    int('grace-period', 'Seconds the object has to end; -1 for its own.', { fallback: '-1' }),
    bool('ignore-not-found', 'Say nothing of objects that are not there.'),
    bool('interactive', 'Ask before deleting.', { short: 'i' }),
    bool('now', 'One second is enough to end.'),
    text('output', 'name for short output.', { short: 'o' }),
    text('raw', 'Path to DELETE at the server.'),
    duration('timeout', 'How long to wait; 0 for as long as each object needs.'),
    bool('wait', 'Wait until the objects are gone.', { fallback: 'true' }),
  ],
  run: deleteCommand,
};

async function deleteCommand(call: Call): Promise<void> {
  const { flags, terminal, cluster } = call;
  if (flags.text('raw') !== '') {
    const body = JSON.stringify({});
    terminal.out(await (await cluster.client()).text(flags.text('raw'), { method: 'DELETE', body }));
    return;
  }
  const dryRun = dryRunOf(flags);
  const graceSeconds = graceOf(call);
  const propagation = propagationOf(flags.text('cascade'));
  const output = flags.text('output');
  if (output !== '' && output !== 'name') {
    throw new Failure(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  if (flags.bool('all') && flags.text('selector') !== '') {
    throw new Failure(`setting 'all' parameter but found a non empty selector. `);
  }
  const selects = flags.bool('all') || flags.text('selector') !== '' || flags.text('field-selector') !== '';
  const ignoreNotFound = flags.bool('ignore-not-found') || (selects && !flags.isGiven('ignore-not-found'));
  const { found, failures } = await find(call, { ignoreNotFound, allNamespaces: flags.bool('all-namespaces') });
  if (!flags.bool('ignore-not-found') && call.args.length > 0 && found.length === 0) throwAll(failures);
  if (flags.bool('interactive') && !(await isConfirmed(call, found))) return;
  const deleted: Found[] = [];
  const failed: unknown[] = [...failures];
  for (const each of found) {
    try {
      await deleteOne(call, each, { dryRun, graceSeconds, propagation });
      deleted.push(each);
    } catch (error) {
      if (!(ignoreNotFound && isReason(error, 'NotFound'))) failed.push(whileDoing('deleting', each.source, error));
    }
  }
  if (found.length === 0 && failed.length === 0 && selects) terminal.out('No resources found\n');
  throwAll(failed);
  if (dryRun !== 'none' || !flags.bool('wait')) return;
  await untilGone(call, deleted, flags.durationMs('timeout'));
}

interface Deletion {
  readonly dryRun: DryRun;
  readonly graceSeconds: number;
  readonly propagation: string;
}

async function deleteOne({ flags, terminal, cluster }: Call, found: Found, deletion: Deletion): Promise<void> {
  const { dryRun, graceSeconds, propagation } = deletion;
  if (dryRun !== 'client') {
    await deleteObject(await cluster.client(), found, { graceSeconds, propagation, dryRun });
  }
  if (flags.text('output') === 'name') {
    terminal.out(`${shownName(found)}\n`);
    return;
  }
  const force = flags.bool('force') ? ' force' : '';
  terminal.out(`${deletedName(found)}${force} deleted${dryRunNote(dryRun)}\n`);
}

/** `pod "x"`, `deployment.apps "x"`: the kind, unlike elsewhere. */
const deletedName = ({ resource, name }: Found): string =>
  `${shownName({ resource, name: '' }).slice(0, -1)} ${JSON.stringify(name)}`;

function graceOf({ flags, terminal }: Call): number {
  const given = flags.int('grace-period');
  if (flags.bool('now')) {
    if (given !== -1) throw new Failure('--now and --grace-period cannot be specified together');
    return 1;
  }
  if (flags.bool('force') && given > 0)
    throw new Failure('--force and --grace-period greater than 0 cannot be specified together');
  if (flags.bool('force')) {
    terminal.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
    return 0;
  }
  return given === 0 ? 1 : given;
}

async function isConfirmed({ terminal }: Call, found: readonly Found[]): Promise<boolean> {
  terminal.out(`You are about to delete the following ${found.length} resource(s):\n`);
  for (const each of found) terminal.out(`${shownName(each)}\n`);
  terminal.out(`Do you want to continue? (y/N): `);
  const { readAll } = await import('../builder/manifests.ts');
  const answer = (await readAll({ terminal })).trim().toLowerCase();
  if (answer === 'y' || answer === 'yes') return true;
  terminal.out('deletion is cancelled\n');
  return false;
}
