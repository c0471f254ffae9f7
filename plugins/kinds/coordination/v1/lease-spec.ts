import { type Stored, int32, microTime, object, string } from '../../../../src/schema/schema.ts';

export const leaseSpec = object({
  holderIdentity: string().optional().doc('The holder.').at(1),
  leaseDurationSeconds: int32().optional().doc('How long it lasts without renewal.').at(2),
  acquireTime: microTime().optional().doc('When it was acquired.').at(3),
  renewTime: microTime().optional().doc('When it was renewed last.').at(4),
  leaseTransitions: int32().optional().doc('How often it changed hands.').at(5),
  strategy: string().optional().doc('How a holder is elected.').at(6),
  preferredHolder: string().optional().doc('Who should ask for it next.').at(7),
})
  .named('io.k8s.api.coordination.v1.LeaseSpec')
  .doc('Who holds a lease, and how long.');
export type LeaseSpec = Stored<typeof leaseSpec>;
