import {
  ALL_FLAG,
  DRY_RUN_FLAG,
  fieldManager,
  FILE_FLAGS,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../builder/builder-flags.ts';
import { find } from '../builder/found.ts';
import { bool, duration, int, list, text } from '../command/flag.ts';
import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { Failure, throwAll, whileDoing } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { dryRunOf, type DryRun } from '../write/dry-run.ts';
import { VALIDATE_FLAG } from '../write/field-validation.ts';
import { applyClientSide } from './apply-client-side.ts';
import { applyServerSide } from './apply-server-side.ts';
import { prune } from './prune.ts';
import { ApplyStepFailure } from './apply-step-failure.ts';
import { applyReporter } from './apply-report.ts';

export const applyVerb: Verb = {
  usage: '(-f FILENAME | -k DIRECTORY)',
  about: 'Apply a configuration to a resource by file name or stdin.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    ALL_FLAG,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    fieldManager('kubectl-client-side-apply'),
    text('cascade', 'What becomes of what pruned objects own.', { fallback: 'background', bare: 'background' }),
    bool('force', 'Delete and create anew what cannot be changed.'),
    bool('force-conflicts', 'Take over fields that others own.'),
    int('grace-period', 'Seconds an object has to end.', { fallback: '-1' }),
    bool('openapi-patch', 'Taken for compatibility.', { fallback: 'true' }),
    bool('overwrite', 'Overwrite what others changed.', { fallback: 'true' }),
    bool('prune', 'Delete what was applied before and is not given any more.'),
    list('prune-allowlist', 'Kinds to prune: group/version/kind.'),
    bool('server-side', 'Let the server merge.'),
    text('subresource', 'Subresource to apply to.'),
    duration('timeout', 'How long to wait for deletions.'),
    bool('wait', 'Wait until what is deleted is gone.'),
  ],
  run: apply,
  subs: {
    'edit-last-applied': {
      about: 'Edit the latest last-applied-configuration annotation of a resource',
      load: async () => (await import('./edit-last-applied.ts')).editLastAppliedVerb,
    },
    'set-last-applied': {
      about: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
      load: async () => (await import('./set-last-applied.ts')).setLastAppliedVerb,
    },
    'view-last-applied': {
      about: 'View the latest last-applied-configuration annotations by type/name or file',
      load: async () => (await import('./view-last-applied.ts')).viewLastAppliedVerb,
    },
  },
};

async function apply(call: Call): Promise<void> {
  const { flags } = call;
  if (call.args.length > 0) throw usageFailure(call, `Unexpected args: [${call.args.join(' ')}]`);
  if (flags.list('filename').length === 0 && !flags.isGiven('kustomize'))
    throw new Failure('must specify one of -f and -k');
  const dryRun = checked(call);
  const report = await applyReporter(call, dryRun);
  const { found, failures } = await find(call);
  const failed: unknown[] = [...failures];
  const visited: KubeObject[] = [];
  const applyOne = flags.bool('server-side') ? applyServerSide : applyClientSide;
  for (const each of found) {
    try {
      const { object, operation } = await applyOne(call, each, dryRun);
      visited.push(object);
      report.one(each, object, operation);
    } catch (error) {
      failed.push(flags.bool('server-side') ? error : whileDoing(verbOf(error), each.source, cause(error)));
    }
  }
  report.end();
  throwAll(failed);
  if (flags.bool('prune')) await prune(call, visited, dryRun);
}

const verbOf = (error: unknown): string => (error instanceof ApplyStepFailure ? error.verb : 'applying patch');
const cause = (error: unknown): unknown => (error instanceof ApplyStepFailure ? error.cause : error);

function checked({ flags }: Call): DryRun {
  const dryRun = dryRunOf(flags);
  if (flags.bool('force-conflicts') && !flags.bool('server-side')) {
    throw new Failure('--force-conflicts only works with --server-side');
  }
  if (dryRun === 'client' && flags.bool('server-side')) {
    throw new Failure(`--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)`);
  }
  if (flags.bool('force') && flags.bool('server-side')) throw new Failure('--force cannot be used with --server-side');
  if (flags.bool('prune') && !flags.bool('all') && flags.text('selector') === '') {
    throw new Failure(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  }
  return dryRun;
}
