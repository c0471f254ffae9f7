import type { Scenario, Step } from '../step.ts';

const MAP = '/api/v1/namespaces/NS/configmaps/a';
const WEB = '/apis/apps/v1/namespaces/NS/deployments/web';
const patch = (path: string, type: string, body: unknown): Step => ({
  method: 'PATCH',
  path,
  body,
  type: `application/${type}`,
});
const json = (path: string, body: unknown): Step => patch(path, 'json-patch+json', body);
const merge = (path: string, body: unknown): Step => patch(path, 'merge-patch+json', body);
const strategic = (path: string, body: unknown): Step => patch(path, 'strategic-merge-patch+json', body);
const apply = (path: string, body: unknown): Step => patch(path, 'apply-patch+yaml', body);
const labels = { app: 'web' };
const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'NS' } };

const scaled = (spec: object) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web', namespace: 'NS' },
  spec,
});

/** The four kinds of patch on a ConfigMap and a Deployment, good and bad. */
export const patches: Scenario = {
  'create map': {
    method: 'POST',
    path: '/api/v1/namespaces/NS/configmaps',
    body: { metadata: { name: 'a' }, data: { x: '1' } },
  },
  'create deployment': {
    method: 'POST',
    path: '/apis/apps/v1/namespaces/NS/deployments',
    body: {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: 'c', image: 'i', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] }],
          },
        },
      },
    },
  },
  merge: merge(MAP, { data: { y: '2', x: null } }),
  'merge nothing': merge(MAP, {}),
  'merge no object': merge(MAP, '[]'),
  'merge no JSON': merge(MAP, '{'),
  'merge wrong type': merge(MAP, { data: { y: 2 } }),
  'merge other name': merge(MAP, { metadata: { name: 'b' } }),
  'merge stale': merge(MAP, { metadata: { resourceVersion: '1' } }),
  'merge absent': merge('/api/v1/namespaces/NS/configmaps/none', { data: {} }),
  'merge invalid': merge(MAP, { metadata: { labels: { 'a b': '' } } }),
  'merge unknown field': merge(`${MAP}?fieldValidation=Strict`, { dota: {} }),
  'merge unknown field, warn': merge(`${MAP}?fieldValidation=Warn`, { dota: {} }),
  'merge force': merge(`${MAP}?force=true`, {}),
  json: json(MAP, [{ op: 'add', path: '/data/z', value: '3' }]),
  'json test': json(MAP, [{ op: 'test', path: '/data/z', value: '4' }]),
  'json remove absent': json(MAP, [{ op: 'remove', path: '/data/none' }]),
  'json replace absent': json(MAP, [{ op: 'replace', path: '/data/none', value: 'x' }]),
  'json unknown op': json(MAP, [{ op: 'turn', path: '/data/z' }]),
  'json no path': json(MAP, [{ op: 'add', value: 'x' }]),
  'json into nothing': json(MAP, [{ op: 'add', path: '/a/b/c', value: 'x' }]),
  'json copy': json(MAP, [{ op: 'copy', from: '/data/z', path: '/data/w' }]),
  'json move': json(MAP, [{ op: 'move', from: '/data/w', path: '/data/v' }]),
  'json no list': json(MAP, {}),
  'json no JSON': json(MAP, '['),
  'json empty': json(MAP, []),
  'json too many': json(
    MAP,
    Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/z', value: '3' })),
  ),
  'strategic env': strategic(WEB, {
    spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'B', value: '2' }] }] } } },
  }),
  'strategic delete env': strategic(WEB, {
    spec: { template: { spec: { containers: [{ name: 'c', env: [{ name: 'A', $patch: 'delete' }] }] } } },
  }),
  'strategic replace ports': strategic(WEB, {
    spec: {
      template: { spec: { containers: [{ name: 'c', ports: [{ $patch: 'replace' }, { containerPort: 81 }] }] } },
    },
  }),
  'strategic new container': strategic(WEB, {
    spec: { template: { spec: { containers: [{ name: 'd', image: 'j' }] } } },
  }),
  'strategic no name': strategic(WEB, { spec: { template: { spec: { containers: [{ image: 'j' }] } } } }),
  'strategic bad directive': strategic(WEB, {
    spec: { template: { spec: { containers: [{ name: 'c', $patch: 'lose' }] } } },
  }),
  'strategic order': strategic(WEB, {
    spec: {
      template: { spec: { $setElementOrder: 1, '$setElementOrder/containers': [{ name: 'd' }, { name: 'c' }] } },
    },
  }),
  'strategic retain': strategic(WEB, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
  'strategic selector change': strategic(WEB, { spec: { selector: { matchLabels: { other: 'x' } } } }),
  'strategic no JSON': strategic(WEB, '{'),
  apply: apply(`${MAP}?fieldManager=me`, { ...applied, data: { mine: '1' } }),
  'apply conflict': apply(`${MAP}?fieldManager=other`, { ...applied, data: { mine: '2' } }),
  'apply forced': apply(`${MAP}?fieldManager=other&force=true`, { ...applied, data: { mine: '2' } }),
  'apply takes away': apply(`${MAP}?fieldManager=other`, { ...applied, data: {} }),
  'apply without manager': apply(MAP, { ...applied, data: {} }),
  'apply without kind': apply(`${MAP}?fieldManager=me`, { metadata: { name: 'a' } }),
  'apply other kind': apply(`${MAP}?fieldManager=me`, { ...applied, kind: 'Secret' }),
  'apply other name': apply(`${MAP}?fieldManager=me`, { ...applied, metadata: { name: 'b' } }),
  'apply with managed fields': apply(`${MAP}?fieldManager=me`, {
    ...applied,
    metadata: { name: 'a', managedFields: [{}] },
  }),
  'apply unknown field': apply(`${MAP}?fieldManager=me`, { ...applied, dota: {} }),
  'apply bad YAML': apply(`${MAP}?fieldManager=me`, 'a: ['),
  'apply new': apply('/api/v1/namespaces/NS/configmaps/new?fieldManager=me', {
    ...applied,
    metadata: { name: 'new' },
    data: { a: 'b' },
  }),
  'apply duplicate item': apply(`${WEB}?fieldManager=me`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'c', image: 'k' },
            { name: 'c', image: 'l' },
          ],
        },
      },
    },
  }),
  'apply container conflict': apply(`${WEB}?fieldManager=me`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 3, template: { spec: { containers: [{ name: 'c', image: 'k' }] } } },
  }),
  'deployment as it is': { method: 'GET', path: WEB },
  'scale get': { method: 'GET', path: `${WEB}/scale` },
  'scale merge': merge(`${WEB}/scale`, { spec: { replicas: 4 } }),
  'scale negative': merge(`${WEB}/scale`, { spec: { replicas: -1 } }),
  'scale put': {
    method: 'PUT',
    path: `${WEB}/scale`,
    body: {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'web', namespace: 'NS' },
      spec: { replicas: 2 },
    },
  },
  'scale strategic': strategic(`${WEB}/scale`, { spec: { replicas: 5 } }),
  'scale applied': apply(`${WEB}/scale?fieldManager=scaler`, scaled({ replicas: 6 })),
  'scale applied by force': apply(`${WEB}/scale?fieldManager=scaler&force=true`, scaled({ replicas: 6 })),
  'scale applied by another': apply(`${WEB}/scale?fieldManager=other`, scaled({ replicas: 7 })),
  'scale applied alike': apply(`${WEB}/scale?fieldManager=other`, scaled({ replicas: 6 })),
  'deployment scaled by two': { method: 'GET', path: WEB },
  'scale applied by nobody': apply(`${WEB}/scale`, scaled({ replicas: 6 })),
  'scale applied below zero': apply(`${WEB}/scale?fieldManager=scaler`, scaled({ replicas: -6 })),
  'scale of another kind': apply(`${WEB}/scale?fieldManager=scaler`, { ...applied, metadata: { name: 'web' } }),
  'scale of another name': apply(`${WEB}/scale?fieldManager=scaler`, { ...scaled({}), metadata: { name: 'bew' } }),
  'scale of odd replicas': apply(`${WEB}/scale?fieldManager=scaler`, scaled({ replicas: 'x', odd: 1 })),
  'scale of nothing': apply(`${WEB}/scale?fieldManager=scaler&force=true`, scaled({})),
  'deployment scaled by one': { method: 'GET', path: WEB },
  'scale of what is absent': apply(`${WEB}x/scale?fieldManager=scaler`, { ...scaled({}), metadata: { name: 'webx' } }),
  'status merge': merge(`${WEB}/status`, { status: { replicas: 1, observedGeneration: 1 }, spec: { replicas: 9 } }),
  'status negative': merge(`${WEB}/status`, { status: { replicas: -1 } }),
  'unknown patch type': patch(MAP, 'strange-patch+json', {}),
  'strategic on map': strategic(MAP, { data: { s: '1' } }),
};
