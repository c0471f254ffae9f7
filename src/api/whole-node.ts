import { object, string, type ObjectNode } from '../schema/schema.ts';
import { objectMeta } from './object-meta-schema.ts';
import type { Resource } from './resource.ts';

type Described = Pick<Resource, 'fields' | 'openapiName' | 'doc' | 'custom'>;

const nodes = new WeakMap<ObjectNode, ObjectNode>();

/** A kind's schema with what all kinds share, `apiVersion`, `kind` and `metadata`; what interpreters walk. */
export function wholeNode({ fields, openapiName, doc, custom }: Described): ObjectNode {
  let node = nodes.get(fields);
  if (node === undefined) {
    node = Object.freeze({
      ...fields,
      props: { ...SHARED, ...fields.props },
      meta: {
        ...fields.meta,
        name: openapiName,
        ...(doc === undefined ? {} : { doc }),
        ...(custom?.keepsUnknown === true ? { open: true as const } : {}),
      },
    });
    nodes.set(fields, node);
  }
  return node;
}

const SHARED = propsOf(
  object({
    apiVersion: string().omitEmpty().doc('Group and version of the schema this object is written in.'),
    kind: string().omitEmpty().doc('What the object is.'),
    metadata: objectMeta.present().doc('What all objects share: names, labels, ownership.').at(1),
  }).node,
);

function propsOf(node: ReturnType<typeof object>['node']): ObjectNode['props'] {
  return node.kind === 'object' ? node.props : {};
}
