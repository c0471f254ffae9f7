import { object } from '../schema/schema.ts';

/** The body of a patch, which may be whatever JSON holds: it has no fields a client could check. */
export const patch = object({})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.Patch')
  .doc('What of an object shall become different.');
