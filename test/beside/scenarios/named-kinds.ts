import { get, post, remove, type Scenario, type Step } from '../step.ts';

const MAP = '/api/v1/namespaces/NS/configmaps/m';
const WEB = '/apis/apps/v1/namespaces/NS/deployments/d';
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/NS/leases/l';
const GROUP = 'NS.kinds.example.com';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ALL = `/apis/${GROUP}/v1/namespaces/NS/odds`;
const ODD = `${ALL}/o`;

const labels = { a: 'b' };
const deployment = {
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};
const definition = {
  metadata: { name: `odds.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'odds', kind: 'Odd' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
      },
    ],
  },
};

const patch = (path: string, type: string, body: unknown): Step => ({
  method: 'PATCH',
  path,
  body,
  type: `application/${type}`,
});
const put = (path: string, body: unknown): Step => ({ method: 'PUT', path, body });

/** What an object may call itself, by name and what it is called in JSON. */
const NAMES: readonly (readonly [string, object])[] = [
  ['another kind', { kind: 'Secret' }],
  ['a kind of nobody', { kind: 'Nobody' }],
  ['a kind in lower case', { kind: 'configmap' }],
  ['no kind', { kind: null }],
  ['an empty kind', { kind: '' }],
  ['a number for a kind', { kind: 5 }],
  ['another version', { apiVersion: 'v2' }],
  ['a version of nobody', { apiVersion: 'nobody.example.com/v1' }],
  ['an empty version', { apiVersion: '' }],
  ['an odd version', { apiVersion: 'a/b/c' }],
  ['a list for a version', { apiVersion: [] }],
];

const operations = (names: object): readonly object[] =>
  Object.entries(names).map(([name, value]) => ({ op: 'replace', path: `/${name}`, value }));

/** Each name by each way of writing, none of which is to change anything. */
function asked(path: string, title: string, base: object, types: readonly string[]): Scenario {
  const steps: [string, Step][] = [];
  for (const [name, said] of NAMES) {
    for (const type of types) {
      const body = type === 'json-patch+json' ? operations(said) : said;
      steps.push([`${title}: ${name}, ${type}`, patch(`${path}?dryRun=All`, type, body)]);
    }
    steps.push([`${title}: ${name}, PUT`, put(`${path}?dryRun=All`, { ...base, ...said })]);
  }
  return Object.fromEntries(steps);
}

const TYPES = ['merge-patch+json', 'json-patch+json'];
const ALL_TYPES = [...TYPES, 'strategic-merge-patch+json'];

/** What a body or a patch says that the object is. */
export const namedKinds: Scenario = {
  map: post('/api/v1/namespaces/NS/configmaps', { metadata: { name: 'm' }, data: { x: '1' } }),
  deployment: post('/apis/apps/v1/namespaces/NS/deployments', deployment),
  lease: post('/apis/coordination.k8s.io/v1/namespaces/NS/leases', { metadata: { name: 'l' } }),
  definition: post(DEFINITIONS, definition),
  served: { ...get(ALL), until: 200 },
  odd: post(ALL, { apiVersion: `${GROUP}/v1`, kind: 'Odd', metadata: { name: 'o' }, spec: {} }),
  ...asked(MAP, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } }, ALL_TYPES),
  ...asked(LEASE, 'lease', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' } }, ALL_TYPES),
  ...asked(ODD, 'odd', { apiVersion: `${GROUP}/v1`, kind: 'Odd', metadata: { name: 'o' }, spec: {} }, TYPES),
  'a scale of another kind': patch(`${WEB}/scale`, 'merge-patch+json', { kind: 'Deployment' }),
  'a scale of another version': patch(`${WEB}/scale`, 'merge-patch+json', { apiVersion: 'apps/v1' }),
  'status of another kind': patch(`${WEB}/status`, 'merge-patch+json', { kind: 'Pod' }),
  'definition gone': remove(`${DEFINITIONS}/odds.${GROUP}`),
};
