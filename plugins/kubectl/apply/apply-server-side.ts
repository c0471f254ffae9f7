import { pathOf, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { listAt, textAt, type Fields } from '../dig.ts';
import { Failure, isReason, type StatusFailure } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { dryRunQuery, type DryRun } from '../write/dry-run.ts';
import { fieldValidation } from '../write/field-validation.ts';
import { patchObject } from '../write/patch-object.ts';
import type { Applied } from './apply-client-side.ts';
import { LAST_APPLIED, lastAppliedText } from './last-applied.ts';

const CLIENT_SIDE = 'kubectl-client-side-apply';

/** Sends the object for the server to merge; what client-side apply owned becomes this one's. */
export async function applyServerSide(call: Call, found: Found, dryRun: DryRun): Promise<Applied> {
  const { flags, terminal } = call;
  const manager = flags.isGiven('field-manager') ? flags.text('field-manager') : 'kubectl';
  const force = flags.bool('force-conflicts');
  let object = await send(call, found, found.object, { manager, force, dryRun });
  if (dryRun === 'none') {
    await saveLastApplied(call, found, object, manager);
    try {
      if (await migrate(call, found, object, manager)) {
        object = await send(call, found, found.object, { manager, force, dryRun });
      }
    } catch (error) {
      terminal.err(
        `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageOf(error)}\n`,
      );
    }
  }
  return { object, operation: 'serverside-applied' };
}

interface Sending {
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: DryRun;
}

async function send(
  call: Call,
  found: Found,
  object: unknown,
  { manager, force, dryRun }: Sending,
): Promise<KubeObject> {
  const subresource = call.flags.text('subresource');
  try {
    return (await (
      await call.cluster.client()
    ).json(pathOf(found, ...(subresource === '' ? [] : [subresource])), {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body: object,
      query: {
        fieldManager: manager,
        fieldValidation: fieldValidation(call.flags),
        force: String(force),
        dryRun: dryRunQuery(dryRun),
      },
    })) as KubeObject;
  } catch (error) {
    if (isReason(error, 'Conflict')) throw conflictFailure(error);
    throw error;
  }
}

const conflictFailure = (error: StatusFailure): Failure =>
  new Failure(`${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`);

/** An object that client-side apply made keeps telling it what was applied last. */
async function saveLastApplied(call: Call, found: Found, object: KubeObject, manager: string): Promise<void> {
  if (manager !== 'kubectl' || textAt(object, 'metadata', 'annotations', LAST_APPLIED) === '') return;
  const { apiVersion, kind } = found.object;
  const metadata = {
    name: nameOf(found.object),
    ...(namespaceOf(found.object) === '' ? {} : { namespace: namespaceOf(found.object) }),
    annotations: { [LAST_APPLIED]: lastAppliedText(found.object) },
  };
  await send(
    call,
    found,
    { apiVersion, kind, metadata },
    { manager: 'kubectl-last-applied', force: true, dryRun: 'none' },
  );
}

async function migrate(call: Call, found: Found, object: KubeObject, manager: string): Promise<boolean> {
  const managed = listAt(object, 'metadata', 'managedFields').filter(isRecord);
  const isOld = (entry: Fields): boolean =>
    textAt(entry, 'manager') === CLIENT_SIDE &&
    textAt(entry, 'operation') === 'Update' &&
    textAt(entry, 'subresource') === '';
  if (!managed.some(isOld)) return false;
  const client = await call.cluster.client();
  const now = await client.json(pathOf(found));
  const entries = listAt(now, 'metadata', 'managedFields').filter(isRecord);
  const old = entries.filter(isOld);
  const merged = entries
    .filter(entry => !isOld(entry))
    .map(entry =>
      textAt(entry, 'manager') === manager &&
      textAt(entry, 'operation') === 'Apply' &&
      textAt(entry, 'subresource') === ''
        ? { ...entry, fieldsV1: union([entry, ...old].map(each => each['fieldsV1'])) }
        : entry,
    );
  const patch = [
    { op: 'replace', path: '/metadata/managedFields', value: merged },
    { op: 'replace', path: '/metadata/resourceVersion', value: textAt(now, 'metadata', 'resourceVersion') },
  ];
  await patchObject(client, found, patch, { type: 'json' });
  return true;
}

/** Sets of fields as one. */
function union(sets: readonly unknown[]): Fields {
  const whole: Record<string, unknown> = {};
  for (const set of sets.filter(isRecord)) {
    for (const [key, below] of Object.entries(set)) {
      const there = whole[key];
      whole[key] = isRecord(there) && isRecord(below) ? union([there, below]) : below;
    }
  }
  return whole;
}
