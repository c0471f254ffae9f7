import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { ScopedResourceSelectorRequirement } from '../../kinds/core/v1/resource-quota-spec.ts';
import type { Amounts } from '../amounts.ts';

/** How objects of one kind are counted. All of it is pure. */
export interface Evaluator {
  /** Plural with group: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** Whether the write may change what is used. */
  concerns(write: CountedWrite): boolean;
  /** Whether it counts this resource of a quota. */
  counts(name: string): boolean;
  /** Absent where no scope means its kind. */
  isWithin?(scope: ScopedResourceSelectorRequirement, object: AnyObject): boolean;
  /** What the object must say as `names` are limited, in words, and does not. */
  lacks?(names: ReadonlySet<string>, object: AnyObject): string | undefined;
  usage(object: AnyObject, nowMs: number): Amounts;
  /** Whether a change that was seen may have changed what is used. */
  hasChanged(now: AnyObject, before: AnyObject, nowMs: number): boolean;
}

export interface CountedWrite {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly subresource: string;
  readonly object: AnyObject;
  readonly oldObject: AnyObject | undefined;
}
