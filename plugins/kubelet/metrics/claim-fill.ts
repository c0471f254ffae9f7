import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { Metric } from '../../../src/base/metric.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { ownClaimName } from '../../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../pod.ts';

/** How full the volume of a claim was; what its driver does not count is 0, as upstream tells it. */
export interface ClaimFill {
  readonly claim: { readonly name: string; readonly namespace: string };
  readonly atMs: number;
  readonly availableBytes: number;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly inodesFree: number;
  readonly inodes: number;
  readonly inodesUsed: number;
}

/** The pod's volumes of claims, as `/stats/summary` tells of them. */
export function claimVolumes(pod: Pod, fills: readonly ClaimFill[]): readonly JsonRecord[] {
  return (pod.spec.volumes ?? []).flatMap(volume => {
    const own = volume.ephemeral === undefined ? undefined : ownClaimName(pod, volume);
    const claimName = volume.persistentVolumeClaim?.claimName ?? own;
    const fill = fills.find(({ claim }) => claim.name === claimName && claim.namespace === pod.metadata.namespace);
    if (fill === undefined) return [];
    const { claim, atMs, ...counts } = fill;
    return [{ time: timeOf(atMs), ...counts, name: volume.name, pvcRef: { ...claim } }];
  });
}

/** `kubelet_volume_stats_*`; a claim of several pods is told of once. */
export function claimMetrics(fills: readonly ClaimFill[]): readonly Metric[] {
  const byClaim = new Map(fills.map(fill => [`${fill.claim.namespace}/${fill.claim.name}`, fill]));
  return MEASURES.map(([name, help, key]) => ({
    name: `kubelet_volume_stats_${name}`,
    help: `[ALPHA] ${help}`,
    type: 'gauge',
    samples: [...byClaim.values()].map(({ claim, [key]: value }) => ({
      labels: { namespace: claim.namespace, persistentvolumeclaim: claim.name },
      value,
    })),
  }));
}

const MEASURES = [
  ['available_bytes', 'Number of available bytes in the volume', 'availableBytes'],
  ['capacity_bytes', 'Capacity in bytes of the volume', 'capacityBytes'],
  ['inodes', 'Maximum number of inodes in the volume', 'inodes'],
  ['inodes_free', 'Number of free inodes in the volume', 'inodesFree'],
  ['inodes_used', 'Number of used inodes in the volume', 'inodesUsed'],
  ['used_bytes', 'Number of used bytes in the volume', 'usedBytes'],
] as const;
