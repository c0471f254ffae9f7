import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { labelMatcher } from '../../../../src/api/label-selector.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { matchesNodeSelector, type SelectableNode } from './node-selection.ts';
import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import type { PersistentVolumeSpec } from './persistent-volume-spec.ts';
import { storageClassOf } from './storage-class-of.ts';

/** Says that claim and volume know of each other. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** Says that nobody but the binder brought them together, who may part them again. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** The node of the first pod that uses a claim; the scheduler says it. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** Who made a volume, and is to delete it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

interface Claim extends AnyObject {
  readonly spec: PersistentVolumeClaimSpec;
}
interface Volume extends AnyObject {
  readonly spec: PersistentVolumeSpec;
}

export const isBound = ({ metadata, spec }: Claim): boolean =>
  (spec.volumeName ?? '') !== '' && metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** The volume is meant for the claim, whether or not it says for which claim of that name. */
export function isMeantFor({ spec: { claimRef } }: Volume, { metadata }: Claim): boolean {
  if (claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return (claimRef.uid ?? '') === '' || claimRef.uid === metadata.uid;
}

/** Where a volume can be mounted; anywhere unless it says where. */
export function reaches({ spec: { nodeAffinity } }: Volume, node: SelectableNode): boolean {
  return nodeAffinity?.required === undefined || matchesNodeSelector(nodeAffinity.required, node);
}

/** What keeps a volume from being a claim's, in upstream's words; `undefined` when nothing does. */
export function mismatchOf(volume: Volume, claim: Claim): string | undefined {
  if (sizeOf(volume) < requestOf(claim)) return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if (volume.spec.volumeMode !== claim.spec.volumeMode) return 'incompatible volumeMode';
  const modes = volume.spec.accessModes ?? [];
  const lacks = (claim.spec.accessModes ?? []).some(mode => !modes.includes(mode));
  return lacks ? 'incompatible accessMode' : undefined;
}

/**
 * The best of `volumes` for a claim: one that is meant for it, else the smallest free one that offers all it asks
 * for, on `node` where one is given.
 */
export function bestVolume<V extends Volume>(
  volumes: readonly V[],
  claim: Claim,
  node: SelectableNode | undefined,
): V | undefined {
  const meant = volumes.find(volume => isMeantFor(volume, claim));
  if (meant !== undefined) return mismatchOf(meant, claim) === undefined ? meant : undefined;
  const { selector } = claim.spec;
  const matcher = selector === undefined ? undefined : labelMatcher(selector);
  const fitting = volumes.filter(
    volume =>
      volume.spec.claimRef === undefined &&
      volume.metadata.deletionTimestamp === undefined &&
      mismatchOf(volume, claim) === undefined &&
      matcher?.matches(volume.metadata.labels) !== false &&
      (node === undefined || reaches(volume, node)),
  );
  return fitting.toSorted((a, b) => compare(sizeOf(a), sizeOf(b)) || a.metadata.name.localeCompare(b.metadata.name))[0];
}

const sizeOf = ({ spec }: Volume): bigint => parseQuantity(spec.capacity?.['storage'] ?? '0').nano;
const requestOf = ({ spec }: Claim): bigint => parseQuantity(spec.resources.requests?.['storage'] ?? '0').nano;
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
