import { describe, expect, it } from 'vitest';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { TokenReview } from '../../kinds/authentication/v1/token-review.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { groupVersionDocument, rootDocuments, swagger, type DescribedApis } from './api-document.ts';

const apis: DescribedApis = {
  kinds: [Pod, Deployment, TokenReview],
  subresources: [],
  connects: [
    {
      resource: 'pods',
      subresource: 'exec',
      verbs: ['get', 'create'],
      options: { kind: 'PodExecOptions', fields: { command: 'strings', tty: 'boolean' } },
    },
    {
      resource: 'pods',
      subresource: 'proxy',
      verbs: [],
      options: { kind: 'PodProxyOptions', fields: { path: 'path' } },
    },
    { resource: 'pods', subresource: 'log', verbs: ['get'] },
  ],
  routes: [
    {
      path: '/told',
      contentType: 'text/x',
      openApi: { id: 'getTold', description: 'get it', tag: 'told' },
      body: () => '',
    },
    { path: '/untold', contentType: 'text/x', body: () => '' },
  ],
};

interface Parameter {
  readonly name: string;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}
interface Document {
  readonly paths: Readonly<
    Record<string, { readonly parameters?: readonly Parameter[] } & Readonly<Record<string, Operation>>>
  >;
  readonly components: { readonly schemas?: object };
  readonly definitions: object;
}
const read = (document: unknown): Document => document as Document;
const names = (parameters: readonly Parameter[] = []): string => parameters.map(({ name }) => name).join();

const ALL = '/apis/apps/v1/namespaces/{namespace}/deployments';
const PODS = '/api/v1/namespaces/{namespace}/pods/{name}';

describe('OpenAPI 3 of a version of a group', () => {
  const apps = read(groupVersionDocument({ ...apis, kinds: [Deployment] }));
  const core = read(groupVersionDocument({ ...apis, kinds: [Pod] }));

  it('tells the paths that upstream tells', () => {
    expect(Object.keys(apps.paths).sort()).toEqual(
      [
        '/apis/apps/v1/',
        ALL,
        `${ALL}/{name}`,
        `${ALL}/{name}/scale`,
        `${ALL}/{name}/status`,
        '/apis/apps/v1/deployments',
        '/apis/apps/v1/watch/deployments',
        '/apis/apps/v1/watch/namespaces/{namespace}/deployments',
        '/apis/apps/v1/watch/namespaces/{namespace}/deployments/{name}',
      ].sort(),
    );
    const ids = Object.values(apps.paths).flatMap(item =>
      Object.values(item).flatMap(each => ('operationId' in each ? [each.operationId] : [])),
    );
    expect(ids).toEqual(
      expect.arrayContaining(['getAppsV1APIResources', 'deleteAppsV1CollectionNamespacedDeployment']),
    );
    expect(ids).toContain('watchAppsV1DeploymentListForAllNamespaces');
  });

  it('tells parameters that all methods of a path have with the path, and the others with the method, by name', () => {
    const item = apps.paths[`${ALL}/{name}`];
    expect(names(item?.parameters)).toBe('name,namespace,pretty');
    expect(names(item?.['patch']?.parameters)).toBe('dryRun,fieldManager,fieldValidation,force');
    expect(item?.['get']).not.toHaveProperty('parameters');
    expect(names(apps.paths['/apis/apps/v1/deployments']?.parameters)).toContain('limit,pretty,resourceVersion');
  });

  it('tells the media types and codes of each', () => {
    const item = apps.paths[`${ALL}/{name}`];
    expect(Object.keys(item?.['patch']?.requestBody?.content ?? {})).toContain(
      'application/strategic-merge-patch+json',
    );
    expect(Object.keys(item?.['delete']?.responses ?? {})).toEqual(['200', '202', '401']);
    const list = apps.paths[ALL]?.['get']?.responses['200']?.content ?? {};
    expect(Object.keys(list)).toContain('application/json;stream=watch');
  });

  it('tells of streams what their handlers read', () => {
    expect(names(core.paths[`${PODS}/exec`]?.parameters)).toBe('command,name,namespace,tty');
    expect(core.paths[`${PODS}/exec`]?.['post']?.operationId).toBe('connectCoreV1PostNamespacedPodExec');
    const below = core.paths[`${PODS}/proxy/{path}`];
    expect(below?.['head']?.operationId).toBe('connectCoreV1HeadNamespacedPodProxyWithPath');
    expect(names(below?.parameters)).toBe('name,namespace,path,path');
    expect(core.paths[`${PODS}/log`]?.['get']?.operationId).toBe('readCoreV1NamespacedPodLog');
  });

  it('has the schemas that its paths use and no others', () => {
    const reviews = read(groupVersionDocument({ ...apis, kinds: [TokenReview] })).components.schemas ?? {};
    expect(Object.keys(reviews).map(name => name.split('.').at(-1))).toEqual([
      'TokenReview',
      'TokenReviewSpec',
      'TokenReviewStatus',
      'UserInfo',
      'APIResource',
      'APIResourceList',
      'FieldsV1',
      'ManagedFieldsEntry',
      'ObjectMeta',
      'OwnerReference',
      'Time',
    ]);
    expect(apps.components.schemas).toMatchObject({
      'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions': {
        'x-kubernetes-group-version-kind': [
          { group: '', kind: 'DeleteOptions', version: 'v1' },
          { group: 'apps', kind: 'DeleteOptions', version: 'v1' },
        ],
      },
    });
  });
});

it('has a document for what holds no objects, each with its own schemas', () => {
  const documents = rootDocuments(apis);
  expect([...documents.keys()]).toEqual(['api', 'apis', 'apis/apps', 'apis/authentication.k8s.io', 'version', 'told']);
  const schemas = (name: string): readonly string[] =>
    Object.keys(read(documents.get(name)?.()).components.schemas ?? {}).map(each => each.split('.').at(-1) ?? '');
  expect(schemas('api')).toEqual(['APIVersions', 'ServerAddressByClientCIDR']);
  expect(schemas('apis/apps')).toEqual(['APIGroup', 'GroupVersionForDiscovery', 'ServerAddressByClientCIDR']);
  expect(schemas('version')).toEqual(['Info']);
  expect(documents.get('told')?.()).toMatchObject({ paths: { '/told/': { get: { operationId: 'getTold' } } } });
});

it('has all of it in OpenAPI 2, bodies with the method', () => {
  const { paths, definitions } = read(swagger(apis));
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/version/', '/told/', '/apis/apps/', ALL, `${PODS}/exec`]),
  );
  expect(names(paths[ALL]?.['post']?.parameters)).toBe('body,dryRun,fieldManager,fieldValidation');
  expect(names(paths['/apis/authentication.k8s.io/v1/tokenreviews']?.['post']?.parameters)).toBe('body');
  expect(JSON.stringify(definitions)).not.toContain('"default"');
});
