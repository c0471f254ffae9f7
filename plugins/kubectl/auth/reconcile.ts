import { DRY_RUN_FLAG, FILE_FLAGS, PRINT_FLAGS } from '../builder/builder-flags.ts';
import { pathOf, type Found } from '../builder/found.ts';
import { readManifests, type Manifest } from '../builder/manifests.ts';
import { bool } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt, type Fields } from '../dig.ts';
import { Failure, isReason, throwAll } from '../failures.ts';
import { groupOf, isKubeObject, nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { namePrinted, printerOf, refuseFormat, type Printer } from '../print/printer.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { createObject } from '../write/create-object.ts';
import { dryRunOf } from '../write/dry-run.ts';
import { reconciledObject, type Reconciled } from './reconciled-object.ts';
import type { PolicyRule } from './uncovered-rules.ts';

const GROUP = 'rbac.authorization.k8s.io';
const KINDS = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'];
/** An object that changes or comes and goes while it is looked at is looked at again. */
const MAX_TRIES = 3;

export const reconcileVerb: Verb = {
  usage: '-f FILENAME',
  about: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.',
  flags: [
    ...FILE_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    bool('remove-extra-permissions', 'Take away what roles allow besides.'),
    bool('remove-extra-subjects', 'Take away whom bindings name besides.'),
  ],
  run: reconcile,
};

async function reconcile(call: Call): Promise<void> {
  const { flags, cluster } = call;
  if (flags.list('filename').length === 0 && !flags.isGiven('kustomize')) {
    throw new Failure('must specify one of -f and -k');
  }
  if (call.args.length > 0) throw new Failure('no arguments are allowed');
  const dryRun = dryRunOf(flags);
  if (dryRun === 'server') throw new Failure('--dry-run=server for command reconcile is not supported yet');
  const print = await printer(call, dryRun === 'client' ? 'reconciled (dry run)' : 'reconciled');
  const client = await cluster.client();
  const failures: unknown[] = [];
  for (const manifest of await readManifests(call)) {
    if (groupOf(manifest.object.apiVersion) !== GROUP || !KINDS.includes(manifest.object.kind)) continue;
    try {
      const found = await rbacFound(call, manifest);
      const isExact = flags.bool(
        found.object.kind.endsWith('Binding') ? 'remove-extra-subjects' : 'remove-extra-permissions',
      );
      const result = await settled(client, found, isExact, dryRun === 'client');
      call.terminal.out(print(result.object));
      call.terminal.err(told(result, isExact));
    } catch (error) {
      failures.push(error);
    }
  }
  throwAll(failures);
}

async function printer(call: Call, operation: string): Promise<Printer> {
  const asked = await printerOf(call);
  if (asked !== undefined) return asked;
  if (call.flags.text('output') !== '') throw refuseFormat(call.flags.text('output'));
  return object => namePrinted(object, operation);
}

async function rbacFound(call: Call, { object, source }: Manifest): Promise<Found> {
  const resource = (await call.cluster.names()).ofKind(object.apiVersion, object.kind);
  if (resource?.version !== 'v1') throw new Failure(`only ${GROUP}/v1 is supported: not ${object.apiVersion}`);
  const { namespace, isNamespaceGiven } = await call.cluster.access();
  const own = namespaceOf(object);
  if (resource.namespaced && isNamespaceGiven && own !== '' && own !== namespace) {
    throw new Failure(
      `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return { resource, namespace: resource.namespaced ? own : '', name: nameOf(object), source, object };
}

async function settled(client: RestClient, found: Found, isExact: boolean, isDry: boolean): Promise<Reconciled> {
  for (let tries = 1; ; tries++) {
    const existing = await present(client, found);
    const plan = reconciledObject(existing, found.object, isExact);
    if (plan.isProtected || isDry || plan.operation === 'none') return plan;
    try {
      return { ...plan, object: await written(client, found, plan, existing) };
    } catch (error) {
      const isAgain = ['Conflict', 'AlreadyExists', 'NotFound'].some(reason => isReason(error, reason));
      if (!isAgain || tries === MAX_TRIES) throw error;
    }
  }
}

async function present(client: RestClient, found: Found): Promise<KubeObject | undefined> {
  try {
    const object = await client.json(pathOf(found));
    return isKubeObject(object) ? object : undefined;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

async function written(
  client: RestClient,
  found: Found,
  { operation, object }: Reconciled,
  existing: KubeObject | undefined,
): Promise<KubeObject> {
  if (operation === 'update') return (await client.json(pathOf(found), { method: 'PUT', body: object })) as KubeObject;
  if (operation === 'recreate') {
    const preconditions = { uid: textAt(existing, 'metadata', 'uid') };
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions };
    await client.text(pathOf(found), { method: 'DELETE', body }).catch(unless('NotFound'));
  } else if (found.resource.namespaced) await ensureNamespace(client, found.namespace);
  return createObject(client, found, object);
}

const unless =
  (...reasons: readonly string[]) =>
  (error: unknown): void => {
    if (!reasons.some(reason => isReason(error, reason))) throw error;
  };

/** Who may not see namespaces or make them may find that it is there when the object is created. */
async function ensureNamespace(client: RestClient, name: string): Promise<void> {
  if (name === '') throw new Failure('resource name may not be empty');
  try {
    await client.text(`/api/v1/namespaces/${encodeURIComponent(name)}`);
  } catch (error) {
    unless('NotFound', 'Forbidden')(error);
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await client.text('/api/v1/namespaces', { method: 'POST', body }).catch(unless('AlreadyExists', 'Forbidden'));
  }
}

/** What was done, beside its name. */
function told(result: Reconciled, isExact: boolean): string {
  const { operation, isProtected, missingSubjects, extraSubjects, missingRules, extraRules } = result;
  if (operation === 'none') return '';
  const caveat = isProtected ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : '';
  const part = (title: string, items: readonly string[]): string =>
    items.length === 0 ? '' : `\t${title}:\n${items.map(item => `\t\t${item}\n`).join('')}`;
  return [
    `\treconciliation required ${operation}${caveat}\n`,
    part('missing subjects added', missingSubjects.map(shownSubject)),
    isExact ? part('extra subjects removed', extraSubjects.map(shownSubject)) : '',
    part('missing rules added', missingRules.map(shownRule)),
    isExact ? part('extra rules removed', extraRules.map(shownRule)) : '',
  ].join('');
}

const shownSubject = (subject: Fields): string => {
  const [kind, group, name, namespace] = ['kind', 'apiGroup', 'name', 'namespace'].map(field => textAt(subject, field));
  return `{Kind:${kind} APIGroup:${group} Name:${name} Namespace:${namespace}}`;
};

const shownRule = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string =>
  `{Verbs:[${verbs.join(' ')}] APIGroups:[${apiGroups.join(' ')}] Resources:[${resources.join(' ')}] ResourceNames:[${resourceNames.join(' ')}] NonResourceURLs:[${nonResourceURLs.join(' ')}]}`;
