import { listObjects, type Found } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt, textsAt, withField, type Fields } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { selectorText } from '../streams/pod-of.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** One thing a workload was rolled out as. */
export interface Revision {
  readonly number: number;
  readonly changeCause: string;
  readonly template: Fields;
  readonly source: KubeObject;
}

/** What a workload was, oldest first. */
export async function revisionsOf(call: Call, found: Found): Promise<readonly Revision[]> {
  const { kind } = found.resource;
  const all = kind === 'Deployment' ? await replicaSetRevisions(call, found) : await controllerRevisions(call, found);
  return all.toSorted((a, b) => a.number - b.number);
}

async function owned(call: Call, { object, namespace }: Found, type: string): Promise<readonly KubeObject[]> {
  const resource = (await call.cluster.names()).named(type);
  const all = await listObjects(await call.cluster.client(), resource, namespace, {
    labelSelector: selectorText(object),
  });
  const uid = textAt(object, 'metadata', 'uid');
  const isOwned = (each: KubeObject): boolean =>
    listAt(each, 'metadata', 'ownerReferences').some(
      owner => dig(owner, 'controller') === true && textAt(owner, 'uid') === uid,
    );
  return all.filter(isOwned);
}

async function replicaSetRevisions(call: Call, found: Found): Promise<readonly Revision[]> {
  return (await owned(call, found, 'replicasets.apps')).flatMap(set => {
    const annotations = textsAt(set, 'metadata', 'annotations');
    const number = Number(annotations[REVISION] ?? 0);
    const template = dig(set, 'spec', 'template');
    return number === 0 || template === undefined
      ? []
      : [{ number, changeCause: annotations[CHANGE_CAUSE] ?? '', template: template as Fields, source: set }];
  });
}

async function controllerRevisions(call: Call, found: Found): Promise<readonly Revision[]> {
  if (!['DaemonSet', 'StatefulSet'].includes(found.resource.kind)) {
    throw new Failure(
      `no history viewer has been implemented for {${JSON.stringify(found.resource.group)} ${JSON.stringify(found.resource.kind)}}`,
    );
  }
  return (await owned(call, found, 'controllerrevisions.apps')).map(revision => ({
    number: Number(dig(revision, 'revision') ?? 0),
    changeCause: textsAt(revision, 'metadata', 'annotations')[CHANGE_CAUSE] ?? '',
    template: (dig(revision, 'data', 'spec', 'template') ?? {}) as Fields,
    source: revision,
  }));
}

/** A revision that is asked for; 0 is the one before the last. */
export function chosenRevision(revisions: readonly Revision[], number: number, { resource, name }: Found): Revision {
  if (number > 0) {
    const chosen = revisions.find(each => each.number === number);
    if (chosen === undefined) throw new Failure(`unable to find specified revision ${number} in history`);
    return chosen;
  }
  const previous = revisions.at(-2);
  if (previous === undefined)
    throw new Failure(`no rollout history found for ${resource.kind.toLowerCase()} ${JSON.stringify(name)}`);
  return previous;
}

/** Without what a controller adds to tell its own apart. */
export const plainTemplate = (template: Fields): Fields =>
  withField(template, ['metadata', 'labels', 'pod-template-hash'], undefined);
