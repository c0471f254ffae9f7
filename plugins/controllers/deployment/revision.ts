import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import { REVISION_HISTORY_CHARS } from '../limits.ts';
import { maxSurge } from './rollout-size.ts';

export const HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** A deployment's own annotations that its sets do not take over. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Readonly<Record<string, string>>;

/** Oldest first. */
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.name.localeCompare(b.metadata.name);

/** The set with the deployment's template, whatever its hash label; the oldest of several. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.toSorted(byAge).find(set => isSameTemplate(set.spec.template, deployment.spec.template));
}

export const isSameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean =>
  isDeepEqual(withoutHash(a), withoutHash(b));

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH_LABEL]: _, ...labels } = template.metadata.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** An int64, as upstream reads it; 0 for what is none. */
export function revisionOf(object: { readonly metadata: { readonly annotations?: Annotations } }): bigint {
  const text = object.metadata.annotations?.[REVISION] ?? '';
  const revision = /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : 0n;
  return BigInt.asIntN(64, revision) === revision ? revision : 0n;
}

export const newestRevision = (sets: readonly ReplicaSet[]): bigint =>
  sets.map(revisionOf).reduce((newest, revision) => (revision > newest ? revision : newest), 0n);

/** What a new set is annotated with. */
export const annotationsOfNewSet = (deployment: Deployment, revision: bigint): Annotations => ({
  ...copiedAnnotations(deployment),
  [REVISION]: String(revision),
  ...replicasAnnotations(deployment),
});

/**
 * What the new set's annotations must become. A set that comes back (a rollback) takes the newest revision
 * and remembers the ones it had.
 */
export function annotationsOfExistingSet(deployment: Deployment, set: ReplicaSet, revision: bigint): Annotations {
  const current = set.metadata.annotations ?? {};
  const merged = { ...current, ...copiedAnnotations(deployment) };
  const old = current[REVISION];
  if (revisionOf(set) >= revision) return merged;
  return {
    ...merged,
    [REVISION]: String(revision),
    ...(old === undefined ? {} : { [REVISION_HISTORY]: remembered(current[REVISION_HISTORY], old) }),
  };
}

/** Lets a later change of size be told from a rollout, and be shared in proportion. */
export const replicasAnnotations = (deployment: Deployment): Annotations => ({
  [DESIRED_REPLICAS]: String(deployment.spec.replicas),
  [MAX_REPLICAS]: String(deployment.spec.replicas + maxSurge(deployment)),
});

function copiedAnnotations({ metadata }: Deployment): Annotations {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));
}

function remembered(history: string | undefined, revision: string): string {
  const revisions = [...(history ?? '').split(',').filter(text => text !== ''), revision];
  while (revisions.length > 1 && revisions.join(',').length > REVISION_HISTORY_CHARS) revisions.shift();
  return revisions.join(',');
}

/**
 * Sets beyond `revisionHistoryLimit` that hold nothing any more, lowest revisions first. What still has
 * pods, or has not yet seen its spec, is kept although it counts.
 */
export function setsToForget(deployment: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit;
  const kept = old.filter(set => set.metadata.deletionTimestamp === undefined);
  return kept
    .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)) || byAge(a, b))
    .slice(0, Math.max(0, kept.length - limit))
    .filter(
      ({ metadata, spec, status }) =>
        spec.replicas === 0 && status.replicas === 0 && (metadata.generation ?? 0) <= (status.observedGeneration ?? 0),
    );
}
