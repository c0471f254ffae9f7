import type { ImageLimits } from './image-limits.ts';

/** A file system, in bytes. */
export interface DiskSpace {
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

/** An image as collection sees it. */
export interface CollectableImage {
  readonly id: string;
  /** Since when this daemon knows it; 0 for those that were there before it. */
  readonly firstSeenMs: number;
  /** When it was last seen under a container; 0 for never. */
  readonly lastUsedMs: number;
  readonly inUse: boolean;
  /** Came with the machine: perhaps no registry has it. */
  readonly pinned: boolean;
}

export interface ImageCollectionPlan {
  /** Upstream's arithmetic: whole percents, and no more free than there is. */
  readonly usedPercent: number;
  readonly bytesToFree: number;
  /** As many of these go as it takes. */
  readonly candidates: readonly string[];
}

/** What there is to do about a disk: nothing below the high threshold, and from there down to the low one. */
export function planImageCollection(
  disk: DiskSpace,
  images: readonly CollectableImage[],
  nowMs: number,
  limits: ImageLimits,
): ImageCollectionPlan {
  const { capacityBytes } = disk;
  const available = Math.min(disk.availableBytes, capacityBytes);
  const usedPercent = 100 - Math.floor((available * 100) / capacityBytes);
  if (usedPercent < limits.highPercent) return { usedPercent, bytesToFree: 0, candidates: [] };
  return {
    usedPercent,
    bytesToFree: Math.floor((capacityBytes * (100 - limits.lowPercent)) / 100) - available,
    candidates: unusedImages(images, nowMs, limits),
  };
}

/** Those that may go, least recently used first. */
export const unusedImages = (
  images: readonly CollectableImage[],
  nowMs: number,
  { minAgeMs }: Pick<ImageLimits, 'minAgeMs'>,
): readonly string[] =>
  images
    .filter(({ inUse, pinned, firstSeenMs }) => !inUse && !pinned && nowMs - firstSeenMs >= minAgeMs)
    .toSorted((one, other) => one.lastUsedMs - other.lastUsedMs || one.firstSeenMs - other.firstSeenMs)
    .map(({ id }) => id);

/** Images that were not used for longer than they may. */
export const outdatedImages = (
  images: readonly CollectableImage[],
  nowMs: number,
  maxAgeMs: number,
): readonly string[] =>
  images
    .filter(({ inUse, pinned, firstSeenMs, lastUsedMs }) => {
      return !inUse && !pinned && nowMs - Math.max(firstSeenMs, lastUsedMs) > maxAgeMs;
    })
    .map(({ id }) => id);
