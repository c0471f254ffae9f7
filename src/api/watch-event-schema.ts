import { object, string } from '../schema/schema.ts';
import { rawExtension } from './raw-extension.ts';

/** One line of a watch. */
export const watchEvent = object({
  type: string().doc('ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.').at(1),
  object: rawExtension.doc('The object as it is now, or a Status where it failed.').at(2),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent')
  .doc('A change that is told to who watches.');
