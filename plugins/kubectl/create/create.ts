import { DRY_RUN_FLAG, fieldManager, FILE_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { find } from '../builder/found.ts';
import { bool, text } from '../command/flag.ts';
import { usageFailure, type Call, type SubVerb, type Verb } from '../command/verb.ts';
import { Failure, throwAll, whileDoing } from '../failures.ts';
import { withLastApplied } from '../apply/last-applied.ts';
import { createObject } from '../write/create-object.ts';
import { dryRunOf, dryRunQuery } from '../write/dry-run.ts';
import { fieldValidation, VALIDATE_FLAG } from '../write/field-validation.ts';
import { reporter } from '../write/report.ts';

const SUBS: Readonly<Record<string, SubVerb>> = {
  clusterrole: { about: 'Create a cluster role', load: async () => (await import('./role.ts')).clusterRoleVerb },
  clusterrolebinding: {
    about: 'Create a cluster role binding for a particular cluster role',
    load: async () => (await import('./role-binding.ts')).clusterRoleBindingVerb,
  },
  configmap: {
    about: 'Create a config map from a local file, directory or literal value',
    aliases: ['cm'],
    load: async () => (await import('./config-map.ts')).configMapVerb,
  },
  cronjob: {
    about: 'Create a cron job with the specified name',
    aliases: ['cj'],
    load: async () => (await import('./job.ts')).cronJobVerb,
  },
  deployment: {
    about: 'Create a deployment with the specified name',
    aliases: ['deploy'],
    load: async () => (await import('./deployment.ts')).deploymentVerb,
  },
  job: { about: 'Create a job with the specified name', load: async () => (await import('./job.ts')).jobVerb },
  namespace: {
    about: 'Create a namespace with the specified name',
    aliases: ['ns'],
    load: async () => (await import('./namespace.ts')).namespaceVerb,
  },
  poddisruptionbudget: {
    about: 'Create a pod disruption budget with the specified name',
    aliases: ['pdb'],
    load: async () => (await import('./pod-disruption-budget.ts')).podDisruptionBudgetVerb,
  },
  priorityclass: {
    about: 'Create a priority class with the specified name',
    aliases: ['pc'],
    load: async () => (await import('./priority-class.ts')).priorityClassVerb,
  },
  quota: {
    about: 'Create a quota with the specified name',
    aliases: ['resourcequota'],
    load: async () => (await import('./quota.ts')).quotaVerb,
  },
  role: { about: 'Create a role with single rule', load: async () => (await import('./role.ts')).roleVerb },
  rolebinding: {
    about: 'Create a role binding for a particular role or cluster role',
    load: async () => (await import('./role-binding.ts')).roleBindingVerb,
  },
  secret: {
    about: 'Create a secret using a specified subcommand',
    load: async () => (await import('./secret.ts')).secretVerb,
  },
  service: {
    about: 'Create a service using a specified subcommand',
    aliases: ['svc'],
    load: async () => (await import('./service.ts')).serviceVerb,
  },
  serviceaccount: {
    about: 'Create a service account with the specified name',
    aliases: ['sa'],
    load: async () => (await import('./service-account.ts')).serviceAccountVerb,
  },
  token: { about: 'Request a service account token', load: async () => (await import('./token.ts')).tokenVerb },
};

export const createVerb: Verb = {
  usage: '-f FILENAME',
  about: 'Create a resource from a file or from stdin.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    fieldManager('kubectl-create'),
    bool('save-config', 'Keep the configuration in its annotation, for a later apply.'),
    text('raw', 'Path to POST the file to.'),
  ],
  run: create,
  subs: SUBS,
};

async function create(call: Call): Promise<void> {
  const { flags, cluster } = call;
  if (call.args.length > 0) throw usageFailure(call, `Unexpected args: [${call.args.join(' ')}]`);
  if (flags.list('filename').length === 0 && !flags.isGiven('kustomize'))
    throw new Failure('must specify one of -f and -k');
  if (flags.text('raw') !== '') return createRaw(call);
  const dryRun = dryRunOf(flags);
  const report = await reporter(call, dryRun);
  const query = {
    fieldManager: flags.text('field-manager'),
    dryRun: dryRunQuery(dryRun),
    fieldValidation: fieldValidation(flags),
  };
  const { found, failures } = await find(call);
  const failed: unknown[] = [...failures];
  for (const each of found) {
    try {
      const object = flags.bool('save-config') ? withLastApplied(each.object) : each.object;
      const made = dryRun === 'client' ? object : await createObject(await cluster.client(), each, object, query);
      const metadata = made['metadata'] as { readonly name?: string };
      report({ ...each, name: metadata.name ?? each.name }, made, 'created');
    } catch (error) {
      failed.push(whileDoing('creating', each.source, error));
    }
  }
  throwAll(failed);
}

async function createRaw(call: Call): Promise<void> {
  const { manifestTexts } = await import('../builder/manifests.ts');
  const [first] = await manifestTexts(call, call.flags.list('filename'), false);
  const client = await call.cluster.client();
  call.terminal.out(await client.text(call.flags.text('raw'), { method: 'POST', body: first?.text ?? '' }));
}
