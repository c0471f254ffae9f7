import { int32, list, object, string } from '../schema/schema.ts';
import { listMeta } from './list-meta-schema.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

const statusCause = object({
  reason: string().omitEmpty().doc('Why, in one word.').at(1),
  message: string().omitEmpty().doc('Why, for people.').at(2),
  field: string().omitEmpty().doc('The field it is about.').at(3),
})
  .named(`${META}.StatusCause`)
  .doc('One reason of several.');

const statusDetails = object({
  name: string().omitEmpty().doc('Name of the object.').at(1),
  group: string().omitEmpty().doc('Group of the resource.').at(2),
  kind: string().omitEmpty().doc('The resource or kind.').at(3),
  uid: string().omitEmpty().doc('UID of the object.').at(6),
  causes: list(statusCause).omitEmpty().doc('All reasons.').at(4),
  retryAfterSeconds: int32().omitEmpty().doc('When to try again.').at(5),
})
  .named(`${META}.StatusDetails`)
  .doc('More about a failure.');

/** `metav1.Status`, the body of failures and of some successes. */
export const status = object({
  apiVersion: string().omitEmpty(),
  kind: string().omitEmpty(),
  metadata: listMeta.present().at(1),
  status: string().omitEmpty().doc('Success or Failure.').at(2),
  message: string().omitEmpty().doc('What happened, for people.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  details: statusDetails.optional().doc('More about it.').at(5),
  code: int32().omitEmpty().doc('HTTP status code.').at(6),
})
  .named(`${META}.Status`)
  .doc('What came of a request that answers no object.');
