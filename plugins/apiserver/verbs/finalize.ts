import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Api, Write } from '../api.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { update } from './update.ts';

type Finalized = AnyObject & { readonly spec?: { readonly finalizers?: readonly string[] } };

/** PUT of a namespace's `finalize`: sets `spec.finalizers` and nothing else; without any left it is removed. */
export function finalize(api: Api, write: Write, body: Finalized): Promise<StoredObject> {
  return update(api, write, (current: Finalized) => {
    const { name, resourceVersion, uid } = body.metadata;
    const finalizers = body.spec?.finalizers ?? [];
    const metadata = {
      ...current.metadata,
      name,
      ...((resourceVersion ?? '') === '' ? {} : { resourceVersion }),
      ...((uid ?? '') === '' ? {} : { uid }),
    };
    return { ...current, metadata, spec: { ...current.spec, finalizers } } as AnyObject;
  });
}
