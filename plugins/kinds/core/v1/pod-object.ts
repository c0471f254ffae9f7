import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';

/** A pod as the rules of its kind see it. */
export interface PodObject extends AnyObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}
