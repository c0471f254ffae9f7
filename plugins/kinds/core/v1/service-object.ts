import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { ServiceSpec } from './service-spec.ts';
import type { ServiceStatus } from './service-status.ts';

/** A service as the rules of its kind see it. */
export interface ServiceObject extends AnyObject {
  readonly spec: ServiceSpec;
  readonly status: ServiceStatus;
}
