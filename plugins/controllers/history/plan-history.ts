import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { isRecord, own as memberOf } from '../../../src/base/is-record.ts';
import { sortedJson } from '../../../src/base/sorted-json.ts';
import type { ControllerRevision } from '../../kinds/apps/v1/controller-revision.ts';
import { applyDefaults } from '../../../src/schema/defaults.ts';
import { defaultTemplate } from '../../kinds/core/v1/pod-spec-defaults.ts';
import { podTemplateSpec, type PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';

/** The strategic merge patch that gives an owner this template back; `kubectl rollout undo` sends it. */
export const templatePatch = (template: PodTemplateSpec): unknown =>
  sortedJson({ spec: { template: { ...template, $patch: 'replace' } } });

/** What such a patch brings back; `undefined` where it is none. */
export function templateOfPatch(patch: unknown): PodTemplateSpec | undefined {
  const template = own(own(patch, 'spec'), 'template');
  if (!isRecord(template)) return undefined;
  const { $patch: _replace, ...rest } = template;
  return defaultTemplate(applyDefaults(podTemplateSpec.node, rest) as PodTemplateSpec);
}

const own = (value: unknown, name: string): unknown => (isRecord(value) ? memberOf(value, name) : undefined);

/** The revisions of an owner, seen from what it is now. */
export interface History {
  /** All that say what it is now, the newest first. */
  readonly same: readonly ControllerRevision[];
  /** The others, the oldest first. */
  readonly old: readonly ControllerRevision[];
  /** The number that the present one must have at least. */
  readonly revision: number;
}

export function planHistory(revisions: readonly ControllerRevision[], data: unknown): History {
  const ordered = revisions.toSorted(byRevision);
  const same = ordered.filter(revision => isDeepEqual(revision.data, data)).toReversed();
  const old = ordered.filter(revision => !same.includes(revision));
  return { same, old, revision: (old.at(-1)?.revision ?? 0) + 1 };
}

/** Those beyond `limit`, the oldest first, of which nothing lives any more. */
export function revisionsToForget(
  candidates: readonly ControllerRevision[],
  limit: number,
  isLive: (revision: ControllerRevision) => boolean,
): readonly ControllerRevision[] {
  const surplus = Math.max(0, candidates.length - limit);
  return candidates
    .toSorted(byRevision)
    .filter(revision => !isLive(revision))
    .slice(0, surplus);
}

const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.name.localeCompare(b.metadata.name);
