import { type Stored, boolean, int64, list, object, string } from '../schema/schema.ts';

export const preconditions = object({
  uid: string().optional().doc('Its UID.').at(1),
  resourceVersion: string().optional().doc('Its resource version.').at(2),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions')
  .doc('What must be true of an object for it to be changed.');
export type Preconditions = Stored<typeof preconditions>;

export const deleteOptions = object({
  apiVersion: string().omitEmpty(),
  kind: string().omitEmpty(),
  gracePeriodSeconds: int64().optional().doc('Seconds until it is removed by force; 0 is at once.').at(1),
  preconditions: preconditions.optional().doc('What must be true of the object.').at(2),
  orphanDependents: boolean().optional().doc('Succeeded by propagationPolicy.').at(3),
  propagationPolicy: string().optional().doc('What becomes of dependents: Orphan, Background or Foreground.').at(4),
  dryRun: list(string()).omitEmpty().doc('All: check everything, change nothing.').at(5),
  ignoreStoreReadErrorWithClusterBreakingPotential: boolean().optional().at(6),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')
  .doc('How an object is deleted.');
export type DeleteOptions = Stored<typeof deleteOptions>;
