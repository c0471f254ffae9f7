import { pathOf, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { textAt, type Fields } from '../dig.ts';
import { isReason } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { schemasOf } from '../openapi/schemas.ts';
import { createObject } from '../write/create-object.ts';
import { deleteObject } from '../write/delete-object.ts';
import { dryRunQuery, type DryRun } from '../write/dry-run.ts';
import { fieldValidation } from '../write/field-validation.ts';
import { patchObject } from '../write/patch-object.ts';
import { untilGone } from '../write/until-gone.ts';
import { ApplyStepFailure } from './apply-step-failure.ts';
import { LAST_APPLIED, lastApplied, withLastApplied } from './last-applied.ts';
import { threeWayPatch, type MergeRules } from './three-way-patch.ts';

export interface Applied {
  readonly object: KubeObject;
  readonly operation: string;
}

/** Creates an object, or sends what differs between what was applied, what is and what shall be. */
export async function applyClientSide(call: Call, found: Found, dryRun: DryRun): Promise<Applied> {
  const modified = withLastApplied(found.object);
  const current = await currentObject(call, found);
  if (current === undefined) return { object: await create(call, found, modified, dryRun), operation: 'created' };
  if (dryRun === 'client') return { object: current, operation: 'configured' };
  warnIfUnusual(call, found, current);
  const rules = await mergeRules(call, found);
  const patch = threeWayPatch(lastApplied(current) ?? {}, modified, current, rules);
  if (Object.keys(patch).length === 0) return { object: current, operation: 'unchanged' };
  const object = await sendPatch(call, found, { patch, modified, isStrategic: rules !== undefined }, dryRun);
  return { object, operation: 'configured' };
}

async function currentObject({ cluster }: Call, found: Found): Promise<KubeObject | undefined> {
  try {
    return (await (await cluster.client()).json(pathOf(found))) as KubeObject;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw new ApplyStepFailure(`retrieving current configuration of:\n${aboutObject(found)}\nfrom server for:`, error);
  }
}

const aboutObject = ({ resource, name, namespace }: Found): string =>
  `Resource: ${JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.resource}`)}, GroupVersionKind: ${JSON.stringify(`${resource.group}/${resource.version}, Kind=${resource.kind}`)}\n` +
  `Name: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;

async function create(call: Call, found: Found, object: KubeObject, dryRun: DryRun): Promise<KubeObject> {
  if (dryRun === 'client') return object;
  try {
    return await createObject(await call.cluster.client(), found, object, {
      fieldManager: call.flags.text('field-manager'),
      fieldValidation: fieldValidation(call.flags),
      dryRun: dryRunQuery(dryRun),
    });
  } catch (error) {
    throw new ApplyStepFailure('creating', error);
  }
}

function warnIfUnusual({ terminal }: Call, { resource, name }: Found, current: KubeObject): void {
  const isDeleting = textAt(current, 'metadata', 'deletionTimestamp') !== '';
  if (isDeleting) {
    terminal.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
  }
  if (textAt(current, 'metadata', 'annotations', LAST_APPLIED) !== '') return;
  terminal.err(
    `Warning: resource ${resource.resource}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. ` +
      'kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. ' +
      'The missing annotation will be patched automatically.\n',
  );
}

/** Of kinds that the API itself has; others merge as JSON does. */
export async function mergeRules(call: Call, { resource }: Pick<Found, 'resource'>): Promise<MergeRules | undefined> {
  const schemas = await schemasOf(call, resource);
  const schema = schemas?.ofKind(resource);
  if (schemas === undefined || schema === undefined || !isBuiltIn(resource.group)) return undefined;
  return { schemas, schema };
}

const isBuiltIn = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

interface PatchToSend {
  readonly patch: Fields;
  readonly modified: KubeObject;
  readonly isStrategic: boolean;
}

async function sendPatch(
  call: Call,
  found: Found,
  { patch, modified, isStrategic }: PatchToSend,
  dryRun: DryRun,
): Promise<KubeObject> {
  const client = await call.cluster.client();
  const { flags } = call;
  try {
    return await patchObject(client, found, patch, {
      type: isStrategic ? 'strategic' : 'merge',
      fieldManager: flags.text('field-manager'),
      fieldValidation: fieldValidation(flags),
      dryRun: dryRunQuery(dryRun),
      subresource: flags.text('subresource'),
    });
  } catch (error) {
    const mayRecreate = isReason(error, 'Conflict') || isReason(error, 'Invalid');
    if (!flags.bool('force') || !mayRecreate) {
      throw new ApplyStepFailure(`applying patch:\n${JSON.stringify(patch)}\nto:\n${aboutObject(found)}\nfor:`, error);
    }
    await deleteObject(client, found, { graceSeconds: flags.int('grace-period'), propagation: 'Background', dryRun });
    await untilGone(call, [found], flags.durationMs('timeout'));
    return create(call, found, modified, dryRun);
  }
}
