import { type Stored, boolean, int64, list, object, string } from '../schema/schema.ts';

export const preconditions = object({
  uid: string().optional().at(1),
  resourceVersion: string().optional().at(2),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions');
export type Preconditions = Stored<typeof preconditions>;

export const deleteOptions = object({
  gracePeriodSeconds: int64().optional().at(1),
  preconditions: preconditions.optional().at(2),
  orphanDependents: boolean().optional().at(3),
  propagationPolicy: string().optional().at(4),
  dryRun: list(string()).omitEmpty().at(5),
  ignoreStoreReadErrorWithClusterBreakingPotential: boolean().optional().at(6),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
export type DeleteOptions = Stored<typeof deleteOptions>;
