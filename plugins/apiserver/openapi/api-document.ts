import { openApiComponents } from '../../../src/api/openapi-components.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { OpenApiSchemas, OpenApiVersion } from '../../../src/schema/openapi.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { ConnectHandler, NonResourceRoute, SubresourceHandler } from '../contract.ts';
import { VERSION } from '../version.ts';
import { kindOperations } from './kind-operations.ts';
import { kindPaths } from './kind-paths.ts';
import type { Operation } from './operation.ts';
import { pathItem } from './path-item.ts';
import { reachable } from './reachable.ts';
import { resourcesPath, rootPaths, type RootPath } from './root-paths.ts';
import { streamPaths } from './stream-paths.ts';

/** What is served by this server. */
export interface DescribedApis {
  readonly kinds: readonly Resource[];
  readonly subresources: readonly SubresourceHandler[];
  readonly connects: readonly ConnectHandler[];
  readonly routes: readonly NonResourceRoute[];
}

/** Kinds that those of other groups hold. */
const WITHIN_OTHERS: readonly Resource[] = [Scale, PersistentVolumeClaim];

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const INFO = { title: 'Kubernetes', version: `${VERSION.major}.${VERSION.minor}` };
const TOKEN = { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' };

/** OpenAPI 3 of one version of a group, whose kinds `apis` has. */
export const groupVersionDocument = (apis: DescribedApis): JsonRecord => document(apis, pathsOf(apis, 'v3'));

/** By its name, what makes OpenAPI 3 of a path that has no objects. */
export const rootDocuments = (apis: DescribedApis): ReadonlyMap<string, () => JsonRecord> =>
  new Map(
    rootsOf(apis, 'v3').map(({ document: name, path, get }) => [
      name,
      () => document({ ...apis, kinds: [] }, { [path]: { get } }),
    ]),
  );

/** OpenAPI 2 of all of it. */
export function swagger(apis: DescribedApis): JsonRecord {
  const roots = rootsOf(apis, 'v2').map(({ path, get }) => [path, { get }] as const);
  const paths = written({ ...Object.fromEntries(roots), ...pathsOf(apis, 'v2') }, 'v2');
  return {
    swagger: '2.0',
    info: INFO,
    paths,
    definitions: schemasOf(apis, paths, 'v2'),
    securityDefinitions: { BearerToken: TOKEN },
    security: [{ BearerToken: [] }],
  };
}

function document(apis: DescribedApis, operations: Paths): JsonRecord {
  const paths = written(operations, 'v3');
  const schemas = schemasOf(apis, paths, 'v3');
  return {
    openapi: '3.0.0',
    info: INFO,
    paths,
    components: {
      ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
      securitySchemes: { BearerToken: TOKEN },
    },
  };
}

const written = (paths: Paths, version: OpenApiVersion): JsonRecord =>
  Object.fromEntries(Object.entries(paths).map(([path, operations]) => [path, pathItem(operations, version)]));

/** Groups of custom kinds alone have no document of their own, as upstream. */
const rootsOf = ({ kinds, routes }: DescribedApis, version: OpenApiVersion): readonly RootPath[] => {
  const groups = kinds.flatMap(({ group, custom }) => (group === '' || custom !== undefined ? [] : [group]));
  return rootPaths([...new Set(groups)], routes, version);
};

function pathsOf({ kinds, subresources, connects }: DescribedApis, version: OpenApiVersion): Paths {
  const versions = new Map(kinds.flatMap(kind => (kind.custom === undefined ? [[kind.apiVersion, kind]] : [])));
  return Object.fromEntries([
    ...[...versions.values()].map(of => resourcesPath(of, version)),
    ...kinds.flatMap(kind => [
      ...kindPaths(kind, subresources).map(path => [path.path, kindOperations(path, version)] as const),
      ...streamPaths(kind, connects),
    ]),
  ]);
}

/** Those that the paths refer to: of the kinds, of what their subresources take, and of what all share. */
function schemasOf({ kinds, subresources }: DescribedApis, paths: JsonRecord, version: OpenApiVersion): OpenApiSchemas {
  const bodies = subresources.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const resources = new Map([...bodies, ...WITHIN_OTHERS, ...kinds].map(kind => [kind.openapiName, kind]));
  const versions = new Map(kinds.map(({ apiVersion, group, version: its }) => [apiVersion, { group, version: its }]));
  const all = openApiComponents([...resources.values()], version, [...versions.values()]);
  const used = reachable([paths], all, version === 'v2' ? '#/definitions/' : '#/components/schemas/');
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}
