import { openApiSchemas, type OpenApiSchema, type OpenApiSchemas, type OpenApiVersion } from '../schema/openapi.ts';
import { list, object, Schema, string, type AnySchema, type ObjectNode } from '../schema/schema.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions, versionInfo } from './discovery-schema.ts';
import { deleteOptions } from './delete-options-schema.ts';
import { listMeta } from './list-meta-schema.ts';
import type { Resource } from './resource.ts';
import { patch } from './patch-schema.ts';
import { status } from './status-schema.ts';
import { watchEvent } from './watch-event-schema.ts';
import { wholeNode } from './whole-node.ts';

type Described = Pick<
  Resource,
  'group' | 'version' | 'kind' | 'listKind' | 'fields' | 'openapiName' | 'doc' | 'virtual' | 'custom'
>;

/**
 * Schemas of the kinds, of their lists, and of what requests and answers hold besides. What every version of every
 * group has is told to be of `versions` too.
 */
export function openApiComponents(
  resources: readonly Described[],
  version: OpenApiVersion,
  versions: readonly GroupVersion[] = [],
): OpenApiSchemas {
  const lists = resources.filter(({ virtual }) => virtual !== true);
  const roots = [...resources.map(wholeNode), ...lists.map(listNode), ...nodesOf([...SHARED, patch, versionInfo])];
  const kinds = new Map<string, readonly OpenApiSchema[]>();
  for (const { meta } of nodesOf(SHARED)) kinds.set(meta.name ?? '', [kindIn(CORE, meta.name ?? '')]);
  for (const { meta } of nodesOf([deleteOptions, watchEvent])) {
    const others = versions.filter(({ group }) => group !== '');
    kinds.set(
      meta.name ?? '',
      [CORE, ...others].map(of => kindIn(of, meta.name ?? '')),
    );
  }
  for (const { group, version: served, kind, listKind = `${kind}List`, openapiName } of resources) {
    kinds.set(openapiName, [{ group, kind, version: served }]);
    kinds.set(`${openapiName}List`, [{ group, kind: listKind, version: served }]);
  }
  const custom = resources.flatMap(({ openapiName, custom: schema }) =>
    schema === undefined ? [] : [[openapiName, schema.openApi(version)] as const],
  );
  const schemas = Object.entries({ ...openApiSchemas(roots, version), ...Object.fromEntries(custom) });
  return Object.fromEntries(
    schemas.map(([name, schema]) => {
      const gvk = kinds.get(name);
      return [name, gvk === undefined ? schema : { ...schema, 'x-kubernetes-group-version-kind': gvk }];
    }),
  );
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}
const CORE: GroupVersion = { group: '', version: 'v1' };

const SHARED = [deleteOptions, status, watchEvent, apiVersions, apiGroup, apiGroupList, apiResourceList];

const nodesOf = (schemas: readonly AnySchema[]): readonly ObjectNode[] =>
  schemas.map(({ node }) => node).filter(node => node.kind === 'object');

const kindIn = ({ group, version }: GroupVersion, component: string): OpenApiSchema => ({
  group,
  kind: component.split('.').at(-1),
  version,
});

function listNode(resource: Described): ObjectNode {
  const { node } = object({
    apiVersion: string().omitEmpty().doc('Group and version of the schema this list is written in.'),
    kind: string().omitEmpty().doc('What the list is.'),
    metadata: listMeta.present().doc('What all lists share.'),
    items: list(new Schema(wholeNode(resource)))
      .plain()
      .doc('The objects.'),
  })
    .named(`${resource.openapiName}List`)
    .doc(`A list of ${resource.kind} objects.`);
  if (node.kind !== 'object') throw new Error('invariant broken: a list is an object');
  return node;
}
