import { change, post, type Scenario, type Step } from '../step.ts';

const labels = { a: 'b' };
const container = { name: 'c', image: 'i' };
const template = { metadata: { labels }, spec: { containers: [container] } };
const core = (plural: string): string => `/api/v1/namespaces/NS/${plural}`;
const of = (group: string, plural: string, version = 'v1'): string =>
  `/apis/${group}/${version}/namespaces/NS/${plural}`;
const named = (fields: object): object => ({ metadata: { name: 'x' }, ...fields });
const pod = (spec: unknown): Step => post(core('pods'), named({ spec }));
const inContainer = (fields: object): Step => pod({ containers: [{ ...container, ...fields }] });
const deployment = (spec: object): object => named({ spec: { selector: { matchLabels: labels }, template, ...spec } });
const DEPLOYMENTS = of('apps', 'deployments');
const strictly = (path: string, body: unknown): Step => post(`${path}?fieldValidation=Strict&dryRun=All`, body);
const validated = (how: string, path: string, body: unknown): Step =>
  post(`${path}?fieldValidation=${how}&dryRun=All`, body);
const service = (spec: unknown): Step => post(core('services'), named({ spec }));

const wrongTypes: Scenario = {
  'pod of text': pod('x'),
  'pod of null': pod(null),
  'pod of a list': pod([]),
  'containers of a map': pod({ containers: {} }),
  'containers of text': pod({ containers: ['c'] }),
  'containers of null': pod({ containers: [null] }),
  'containers of a number': pod({ containers: 5 }),
  'image of a number': inContainer({ image: 5 }),
  'image of a map': inContainer({ image: {} }),
  'args of text': inContainer({ args: 'x' }),
  'args of numbers': inContainer({ args: ['a', 1] }),
  'args of null': inContainer({ args: [null] }),
  'env of a map': inContainer({ env: { A: 'b' } }),
  'env of numbers': inContainer({ env: [{ name: 'A', value: 1 }] }),
  'env of booleans': inContainer({ env: [{ name: 'A', value: true }] }),
  'limits of numbers': inContainer({ resources: { limits: { cpu: 1.5, memory: 1e9 } } }),
  'limits of booleans': inContainer({ resources: { limits: { cpu: true } } }),
  'limits of nothing': inContainer({ resources: { limits: { cpu: '' } } }),
  'limits of words': inContainer({ resources: { limits: { cpu: '1 core' } } }),
  'limits of null': inContainer({ resources: { limits: { cpu: null } } }),
  'port of text': inContainer({ ports: [{ containerPort: '80' }] }),
  'port beyond': inContainer({ ports: [{ containerPort: 99_999_999_999 }] }),
  'probe port of a boolean': inContainer({ livenessProbe: { tcpSocket: { port: true } } }),
  'probe port of a fraction': inContainer({ livenessProbe: { tcpSocket: { port: 1.5 } } }),
  'user of text': pod({ containers: [container], securityContext: { runAsUser: '0' } }),
  'user of a fraction': pod({ containers: [container], securityContext: { runAsUser: 0.5 } }),
  'network of text': pod({ containers: [container], hostNetwork: 'yes' }),
  'grace of text': pod({ containers: [container], terminationGracePeriodSeconds: '5' }),
  'selector of numbers': pod({ containers: [container], nodeSelector: { a: 1 } }),
  'volumes of null': pod({ containers: [container], volumes: null }),
  'replicas of text': post(DEPLOYMENTS, deployment({ replicas: '3' })),
  'replicas of a fraction': post(DEPLOYMENTS, deployment({ replicas: 1.5 })),
  'replicas beyond': post(DEPLOYMENTS, deployment({ replicas: 3_000_000_000 })),
  'surge of a boolean': post(DEPLOYMENTS, deployment({ strategy: { rollingUpdate: { maxSurge: true } } })),
  'paused of a number': post(DEPLOYMENTS, deployment({ paused: 1 })),
  'labels of numbers': post(core('configmaps'), { metadata: { name: 'x', labels: { a: 1 } } }),
  'labels of a list': post(core('configmaps'), { metadata: { name: 'x', labels: ['a'] } }),
  'annotations of booleans': post(core('configmaps'), { metadata: { name: 'x', annotations: { a: true } } }),
  'annotations of null': post(core('configmaps'), { metadata: { name: 'x', annotations: { a: null } } }),
  'name of a number': post(core('configmaps'), { metadata: { name: 5 } }),
  'metadata of text': post(core('configmaps'), { metadata: 'x' }),
  'time of nonsense': post(core('configmaps'), { metadata: { name: 'x', creationTimestamp: 'yesterday' } }),
  'grace of an object': post(core('configmaps'), { metadata: { name: 'x', deletionGracePeriodSeconds: 'x' } }),
  'finalizers of text': post(core('configmaps'), { metadata: { name: 'x', finalizers: 'x' } }),
  'owners of a map': post(core('configmaps'), { metadata: { name: 'x', ownerReferences: {} } }),
  'kind of a number': post(core('configmaps'), { kind: 5, metadata: { name: 'x' } }),
  'version of a number': post(core('configmaps'), { apiVersion: 1, metadata: { name: 'x' } }),
  'data of a number': post(core('configmaps'), named({ data: { a: 1, b: true } })),
  'secret of text': post(core('secrets'), named({ data: { a: 'not base64!' } })),
  'secret of numbers': post(core('secrets'), named({ stringData: { a: 1 } })),
  'ports of a map': service({ ports: { port: 80 } }),
  'service port of text': service({ ports: [{ port: '80' }] }),
  'target port of null': service({ ports: [{ port: 80, targetPort: null }] }),
  'target port of a list': service({ ports: [{ port: 80, targetPort: [] }] }),
  'selector of text': service({ ports: [{ port: 80 }], selector: 'a=b' }),
  'schedule of a list': post(of('batch', 'cronjobs'), named({ spec: { schedule: ['* * * * *'] } })),
  'suspended in words': post(of('batch', 'cronjobs'), named({ spec: { suspend: 'true' } })),
  'rules of a map': post(of('rbac.authorization.k8s.io', 'roles'), named({ rules: {} })),
  'verbs of text': post(of('rbac.authorization.k8s.io', 'roles'), named({ rules: [{ verbs: 'get' }] })),
  'budget of a boolean': post(of('policy', 'poddisruptionbudgets'), named({ spec: { minAvailable: true } })),
  'paths of text': post(of('networking.k8s.io', 'ingresses'), named({ spec: { rules: [{ http: { paths: 'x' } }] } })),
  'peers of text': post(of('networking.k8s.io', 'networkpolicies'), named({ spec: { ingress: [{ from: ['x'] }] } })),
  'storage of a list': post(
    core('persistentvolumeclaims'),
    named({ spec: { resources: { requests: { storage: [] } } } }),
  ),
  'duration of a number': post(
    '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
    named({ spec: { maxReplicas: '3' } }),
  ),
};

const strictness: Scenario = Object.fromEntries(
  ['Strict', 'Warn', 'Ignore'].flatMap(
    how =>
      [
        [
          `${how}: a pod`,
          validated(
            how,
            core('pods'),
            named({ sepc: 1, spec: { containers: [{ ...container, imge: 'x', prts: [] }], nodename: 'n' } }),
          ),
        ],
        [
          `${how}: cases`,
          validated(how, core('pods'), named({ Spec: {}, spec: { containers: [container], HostNetwork: true } })),
        ],
        [
          `${how}: a deployment`,
          validated(
            how,
            DEPLOYMENTS,
            deployment({ replcas: 3, template: { ...template, spec: { ...template.spec, x: { y: 1 } } } }),
          ),
        ],
        [
          `${how}: twice`,
          validated(
            how,
            core('configmaps'),
            '{"metadata":{"name":"x","labels":{"a":"b","a":"c"}},"data":{"k":"1","k":"2"},"data":{"l":"3"}}',
          ),
        ],
        [
          `${how}: twice in YAML`,
          {
            ...validated(how, core('configmaps'), 'metadata:\n  name: x\ndata:\n  k: a\n  k: b\n'),
            type: 'application/yaml',
          },
        ],
        [
          `${how}: unknown in YAML`,
          {
            ...validated(how, core('configmaps'), 'metadata:\n  name: x\n  nme: y\ndta:\n  k: a\n'),
            type: 'application/yaml',
          },
        ],
        [
          `${how}: many`,
          validated(
            how,
            core('configmaps'),
            named(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, at]))),
          ),
        ],
        [
          `${how}: change`,
          change(`${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`, {
            scrts: [],
            metadata: { lbels: {} },
          }),
        ],
        [
          `${how}: JSON patch`,
          {
            ...change(`${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`, [
              { op: 'add', path: '/odd', value: 1 },
            ]),
            type: 'application/json-patch+json',
          },
        ],
        [
          `${how}: JSON patch of odd fields`,
          {
            ...change(`${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`, [
              { op: 'test', path: '/metadata/name', value: 'default', odd: 1 },
            ]),
            type: 'application/json-patch+json',
          },
        ],
        [
          `${how}: strategic patch`,
          {
            ...change(`${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`, {
              odd: 1,
              secrets: [{ name: 'x', nme: 'y' }],
            }),
            type: 'application/strategic-merge-patch+json',
          },
        ],
        [
          `${how}: strategic patch twice`,
          {
            ...change(
              `${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`,
              '{"metadata":{"labels":{"a":"b","a":"c"}}}',
            ),
            type: 'application/strategic-merge-patch+json',
          },
        ],
        [
          `${how}: put`,
          {
            method: 'PUT',
            path: `${core('serviceaccounts')}/default?fieldValidation=${how}&dryRun=All`,
            body: { metadata: { name: 'default' }, odd: {} },
          } satisfies Step,
        ],
        [
          `${how}: review`,
          validated(how, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
            spec: { resourceAttributes: { verb: 'get' }, odd: 1 },
          }),
        ],
      ] as const,
  ),
);

/** What people mistype: values of another type, fields that there are none of. */
export const typos: Scenario = {
  ...wrongTypes,
  ...strictness,
  'deployment of old': strictly(DEPLOYMENTS, {
    apiVersion: 'extensions/v1beta1',
    kind: 'Deployment',
    ...deployment({}),
  }),
  'deployment of beta': strictly(DEPLOYMENTS, { apiVersion: 'apps/v1beta1', kind: 'Deployment', ...deployment({}) }),
  'deployment in lower case': strictly(DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'deployment', ...deployment({}) }),
};
