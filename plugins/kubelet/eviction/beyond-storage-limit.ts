import { formatQuantity, readQuantity, type Quantity } from '../../../src/base/quantity.ts';
import { wholePod } from '../../kinds/core/v1/pod-resources.ts';
import type { PodSpec, Volume } from '../pod.ts';
import type { PodStorage } from './pod-storage.ts';

const STORAGE = 'ephemeral-storage';

/** Whether there is any limit that a pod may go beyond by writing to the disk. */
export const hasStorageLimit = (spec: PodSpec): boolean =>
  podLimitOf(spec) !== undefined || (spec.volumes ?? []).some(volume => sizeLimitOf(volume) !== undefined);

/** Which of its limits a pod is beyond, in upstream's words and their trailing space; volumes first, then the whole. */
export function beyondStorageLimit(spec: PodSpec, usage: Omit<PodStorage, 'inodes'>): string | undefined {
  for (const volume of spec.volumes ?? []) {
    const limit = sizeLimitOf(volume);
    if (limit !== undefined && isBeyond(usage.volumes.get(volume.name), limit)) {
      return `Usage of EmptyDir volume ${JSON.stringify(volume.name)} exceeds the limit ${quoted(limit)}. `;
    }
  }
  const whole = podLimitOf(spec);
  if (whole !== undefined && isBeyond(usage.bytes, whole)) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(whole)}. `;
  }
  for (const { name, resources } of spec.containers) {
    const limit = readQuantity(resources.limits?.[STORAGE]);
    if (limit !== undefined && limit.nano !== 0n && isBeyond(usage.containers.get(name), limit)) {
      return `Container ${name} exceeded its local ephemeral storage limit ${quoted(limit)}. `;
    }
  }
  return undefined;
}

const podLimitOf = (spec: PodSpec): Quantity | undefined => readQuantity(wholePod(spec, 'limits')[STORAGE]);

/** A volume in memory cannot grow beyond its own. */
function sizeLimitOf({ emptyDir }: Volume): Quantity | undefined {
  if (emptyDir === undefined || emptyDir.medium === 'Memory') return undefined;
  const limit = readQuantity(emptyDir.sizeLimit);
  return limit !== undefined && limit.nano > 0n ? limit : undefined;
}

const isBeyond = (bytes: number | undefined, { nano }: Quantity): boolean =>
  bytes !== undefined && BigInt(bytes) * 1_000_000_000n > nano;

const quoted = (limit: Quantity): string => JSON.stringify(formatQuantity(limit));
