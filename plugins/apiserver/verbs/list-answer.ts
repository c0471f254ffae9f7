import type { StoredObject } from '../objects/stored-object.ts';

export interface ListAnswer {
  readonly objects: readonly StoredObject[];
  /** 0 where there is none. */
  readonly revision: number;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}
