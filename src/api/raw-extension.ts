import { json } from '../schema/schema.ts';

/** An object of any kind, as Go keeps it undecoded. */
export const rawExtension = json().named('io.k8s.apimachinery.pkg.runtime.RawExtension').doc('An object of any kind.');
