import type { Resource } from '../../../src/api/resource.ts';
import { openApiRef, type OpenApiVersion } from '../../../src/schema/openapi.ts';
import type { NonResourceRoute } from '../contract.ts';
import { rootOf } from './kind-paths.ts';
import { ANSWER_TYPES } from './media-types.ts';
import { capital, groupName, operationId, tagOf } from './operation-names.ts';
import type { Operation } from './operation.ts';

/** A path without objects, and the document of OpenAPI 3 that tells of it. */
export interface RootPath {
  readonly document: string;
  readonly path: string;
  readonly get: Operation;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** The paths of discovery and of the version, and those of plugins that say what they answer. */
export function rootPaths(
  groups: readonly string[],
  routes: readonly NonResourceRoute[],
  version: OpenApiVersion,
): readonly RootPath[] {
  const told = (document: string, component: string, types: readonly string[], says: Said): RootPath => ({
    document,
    path: `/${document}/`,
    get: { ...says, parameters: [], consumes: types, answer: answerOf(openApiRef(component, version), types) },
  });
  const discovery = (document: string, kind: string, says: Said): RootPath =>
    told(document, `${META}.${kind}`, ANSWER_TYPES, says);
  return [
    discovery('api', 'APIVersions', { id: 'getCoreAPIVersions', description: ALL_VERSIONS, tag: 'core' }),
    discovery('apis', 'APIGroupList', { id: 'getAPIVersions', description: ALL_VERSIONS, tag: 'apis' }),
    ...groups.map(group =>
      discovery(`apis/${group}`, 'APIGroup', {
        id: `get${capital(groupName(group))}APIGroup`,
        description: 'get information of a group',
        tag: groupName(group),
      }),
    ),
    told('version', 'io.k8s.apimachinery.pkg.version.Info', ['application/json'], {
      id: 'getCodeVersion',
      description: 'get the version information for this server',
      tag: 'version',
    }),
    ...routes.flatMap(({ path, contentType, openApi }) =>
      openApi === undefined
        ? []
        : [
            {
              document: path.slice(1),
              path: `${path}/`,
              get: { ...openApi, parameters: [], consumes: [], answer: answerOf({ type: 'string' }, [contentType]) },
            },
          ],
    ),
  ];
}

/** Where the resources of a version of a group are listed. */
export const resourcesPath = (
  of: Pick<Resource, 'group' | 'version' | 'apiVersion'>,
  version: OpenApiVersion,
): readonly [string, { readonly get: Operation }] => [
  `${rootOf(of)}/`,
  {
    get: {
      id: operationId('get', of, 'APIResources'),
      description: 'get available resources',
      tag: tagOf(of),
      parameters: [],
      consumes: ANSWER_TYPES,
      answer: answerOf(openApiRef(`${META}.APIResourceList`, version), ANSWER_TYPES),
    },
  },
];

type Said = Pick<Operation, 'id' | 'description' | 'tag'>;

const ALL_VERSIONS = 'get available API versions';

const answerOf = (schema: Operation['answer']['schema'], types: readonly string[]): Operation['answer'] => ({
  schema,
  types,
  codes: [200],
});
