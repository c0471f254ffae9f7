import type { AnyObject } from '../../../../src/api/object-meta.ts';

/** `next` with what a subresource may not say of an object: its labels, annotations, owners and finalizers stay. */
export function withMetadataOf<O extends AnyObject>(next: O, { metadata: old }: O): O {
  const {
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    ...metadata
  } = next.metadata;
  const { labels, annotations, ownerReferences, finalizers } = old;
  return {
    ...next,
    metadata: {
      ...metadata,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
  };
}
