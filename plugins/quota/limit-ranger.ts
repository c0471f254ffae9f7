import type { AnyObject } from '../../src/api/object-meta.ts';
import { forbiddenError } from '../../src/api/status-error.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../apiserver/contract.ts';
import type { LimitRange } from '../kinds/core/v1/limit-range.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { withContainerDefaults } from './container-defaults.ts';
import { claimProblems, podProblems } from './range-problems.ts';

/** Fills in what containers do not say, and refuses what is out of bounds; upstream's LimitRanger. */
export const limitRanger = (ranges: Cache<LimitRange>): AdmissionPlugin => ({
  name: 'LimitRanger',
  order: 50,
  resources: ['pods', 'pods/resize', 'persistentvolumeclaims'],
  async mutate(request) {
    const { resource, object } = request;
    if (!isJudged(request) || resource.plural !== 'pods') return object;
    let pod = object as Pod;
    for (const range of await rangesOf(ranges, request)) pod = withContainerDefaults(pod, range);
    return pod;
  },
  async validate(request) {
    const { resource, object } = request;
    if (!isJudged(request) || object === undefined) return;
    for (const range of await rangesOf(ranges, request)) {
      const problems = problemsOf(resource.plural, object, range);
      if (problems.length > 0) throw forbiddenError(resource, object.metadata.name, together(problems));
    }
  },
});

/** Of pods, resources change by a resize alone; nothing that is on its way out is judged. */
function isJudged({ operation, resource, subresource, oldObject }: AdmissionRequest): boolean {
  if (oldObject?.metadata.deletionTimestamp !== undefined) return false;
  if (operation === 'CREATE') return subresource === '';
  return operation === 'UPDATE' && (subresource === 'resize' || resource.plural !== 'pods');
}

async function rangesOf(ranges: Cache<LimitRange>, { namespace }: AdmissionRequest): Promise<readonly LimitRange[]> {
  if (!ranges.hasSynced) await ranges.synced;
  const found = ranges.list(namespace);
  return found.length < 2 ? found : found.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

const problemsOf = (plural: string, object: AnyObject, range: LimitRange): readonly string[] =>
  plural === 'pods' ? podProblems(object as Pod, range) : claimProblems(object as PersistentVolumeClaim, range);

/** Several complaints as Go joins them, each once. */
function together(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
