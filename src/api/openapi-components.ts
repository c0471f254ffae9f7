import { openApiSchemas, type OpenApiSchema, type OpenApiSchemas, type OpenApiVersion } from '../schema/openapi.ts';
import { list, object, Schema, string, type ObjectNode } from '../schema/schema.ts';
import { deleteOptions } from './delete-options-schema.ts';
import { listMeta } from './list-meta-schema.ts';
import type { Resource } from './resource.ts';
import { status } from './status-schema.ts';
import { wholeNode } from './whole-node.ts';

type Described = Pick<
  Resource,
  'group' | 'version' | 'kind' | 'listKind' | 'fields' | 'openapiName' | 'doc' | 'virtual' | 'custom'
>;

/** Schemas of the kinds, of their lists, and of what requests and answers hold besides. */
export function openApiComponents(resources: readonly Described[], version: OpenApiVersion): OpenApiSchemas {
  const lists = resources.filter(({ virtual }) => virtual !== true);
  const roots = [...resources.map(wholeNode), ...lists.map(listNode), ...SHARED];
  const kinds = new Map<string, OpenApiSchema>(SHARED.map(({ meta }) => [meta.name ?? '', coreKind(meta.name ?? '')]));
  for (const { group, version: served, kind, listKind = `${kind}List`, openapiName } of resources) {
    kinds.set(openapiName, { group, kind, version: served });
    kinds.set(`${openapiName}List`, { group, kind: listKind, version: served });
  }
  const custom = resources.flatMap(({ openapiName, custom: schema }) =>
    schema === undefined ? [] : [[openapiName, schema.openApi(version)] as const],
  );
  const schemas = Object.entries({ ...openApiSchemas(roots, version), ...Object.fromEntries(custom) });
  return Object.fromEntries(
    schemas.map(([name, schema]) => {
      const gvk = kinds.get(name);
      return [name, gvk === undefined ? schema : { ...schema, 'x-kubernetes-group-version-kind': [gvk] }];
    }),
  );
}

const SHARED = [deleteOptions.node, status.node].filter((node): node is ObjectNode => node.kind === 'object');

const coreKind = (component: string): OpenApiSchema => ({
  group: '',
  kind: component.split('.').at(-1),
  version: 'v1',
});

function listNode(resource: Described): ObjectNode {
  const { node } = object({
    apiVersion: string().omitEmpty().doc('Group and version of the schema this list is written in.'),
    kind: string().omitEmpty().doc('What the list is.'),
    metadata: listMeta.present().doc('What all lists share.'),
    items: list(new Schema(wholeNode(resource))).doc('The objects.'),
  })
    .named(`${resource.openapiName}List`)
    .doc(`A list of ${resource.kind} objects.`);
  if (node.kind !== 'object') throw new Error('invariant broken: a list is an object');
  return node;
}
