import { type Stored, int32, microTime, object, string } from '../../../../src/schema/schema.ts';

export const leaseSpec = object({
  holderIdentity: string().optional().at(1),
  leaseDurationSeconds: int32().optional().at(2),
  acquireTime: microTime().optional().at(3),
  renewTime: microTime().optional().at(4),
  leaseTransitions: int32().optional().at(5),
  strategy: string().optional().at(6),
  preferredHolder: string().optional().at(7),
}).named('io.k8s.api.coordination.v1.LeaseSpec');
export type LeaseSpec = Stored<typeof leaseSpec>;
