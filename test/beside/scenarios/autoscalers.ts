import { change, dry, post, remove, table, type Scenario } from '../step.ts';

const V2 = '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers';
const V1 = '/apis/autoscaling/v1/namespaces/NS/horizontalpodautoscalers';
const APIS = '/apis/apiregistration.k8s.io/v1/apiservices';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const scaler = (spec: object, metadata: object = { name: 'x' }): object => ({
  metadata,
  spec: { scaleTargetRef, maxReplicas: 3, ...spec },
});
const metrics = (...all: readonly object[]): object => scaler({ metrics: all });
const resource = (target: object, name = 'cpu'): object => ({ type: 'Resource', resource: { name, target } });
const rules = (scaleUp: object): object => scaler({ behavior: { scaleUp } });
const whole = scaler({
  minReplicas: 2,
  metrics: [
    resource({ type: 'Utilization', averageUtilization: 50 }),
    resource({ type: 'AverageValue', averageValue: '100Mi' }, 'memory'),
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 20 } },
    },
    {
      type: 'Object',
      object: {
        describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
        metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
        target: { type: 'Value', value: '1500m' },
      },
    },
    { type: 'Pods', pods: { metric: { name: 'p' }, target: { type: 'AverageValue', averageValue: '2' } } },
    { type: 'External', external: { metric: { name: 'e' }, target: { type: 'AverageValue', averageValue: '3' } } },
  ],
  behavior: { scaleUp: { selectPolicy: 'Min' }, scaleDown: { tolerance: '50m' } },
});
const api = (spec: object, name = 'v1.own-NS.io'): object => ({
  metadata: { name },
  spec: { group: 'own-NS.io', version: 'v1', groupPriorityMinimum: 10, versionPriority: 10, ...spec },
});
const service = { namespace: 'NS', name: 's' };

/** HorizontalPodAutoscalers in both versions, and APIServices. */
export const autoscalers: Scenario = {
  least: post(V2, scaler({})),
  'least again in the first version': { method: 'GET', path: `${V1}/x` },
  whole: post(V2, { ...whole, metadata: { name: 'whole' } }),
  'whole in the first version': { method: 'GET', path: `${V1}/whole` },
  'as a table': table(V2),
  'as a table of the first version': table(V1),
  'least in the first version': post(V1, scaler({}, { name: 'first' })),
  'first with a target': post(V1, scaler({ targetCPUUtilizationPercentage: 60 }, { name: 'first-target' })),
  'first, read in the second': { method: 'GET', path: `${V2}/first-target` },
  'first with a wrong target': dry(V1, scaler({ targetCPUUtilizationPercentage: 0 })),
  'first with annotations of nonsense': dry(
    V1,
    scaler({}, { name: 'x', annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '[{"type":5}]' } }),
  ),
  'first with annotations': dry(
    V1,
    scaler(
      {},
      {
        name: 'y',
        annotations: {
          'autoscaling.alpha.kubernetes.io/metrics':
            '[{"type":"Pods","pods":{"metricName":"q","targetAverageValue":"5"}}]',
        },
      },
    ),
  ),
  'change of the first': change(`${V1}/whole`, { spec: { maxReplicas: 9 } }),
  'change seen in the second': { method: 'GET', path: `${V2}/whole` },
  status: change(`${V2}/x/status`, {
    status: {
      currentReplicas: 1,
      desiredReplicas: 2,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 9, averageValue: '90m' } } },
      ],
      conditions: [
        { type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'R', message: 'm' },
      ],
    },
  }),
  'status in the first version': { method: 'GET', path: `${V1}/x` },
  'wrong status': change(`${V2}/x/status`, { status: { currentReplicas: -1, desiredReplicas: -1 } }),
  'row with a status': table(`${V2}/x`),
  nothing: dry(V2, { metadata: { name: 'x2' } }),
  bounds: dry(V2, scaler({ minReplicas: 0, maxReplicas: 0 })),
  'more bounds': dry(V2, scaler({ minReplicas: 4, maxReplicas: -1 })),
  'bad target': dry(V2, scaler({ scaleTargetRef: { kind: 'a/b', name: '..', apiVersion: 'a/b/c' } })),
  'target without group': dry(V2, scaler({ scaleTargetRef: { kind: 'Pod', name: 'x', apiVersion: 'v1' } })),
  'target of the core': dry(
    V2,
    scaler({ scaleTargetRef: { kind: 'ReplicationController', name: 'x' } }, { name: 'rc' }),
  ),
  'no type': dry(V2, metrics({})),
  'odd type': dry(V2, metrics({ type: 'Odd' })),
  'wrong part': dry(V2, metrics({ type: 'Pods', ...resource({ type: 'Value' }) })),
  'two parts': dry(
    V2,
    metrics({
      ...resource({ type: 'Utilization', averageUtilization: 1 }),
      pods: { metric: { name: 'p' }, target: {} },
    }),
  ),
  'odd target': dry(V2, metrics(resource({ type: 'Odd', averageValue: '0', averageUtilization: 0 }))),
  'no resource': dry(V2, metrics(resource({ type: 'Utilization' }, ''))),
  'odd container': dry(
    V2,
    metrics({ type: 'ContainerResource', containerResource: { name: 'odd', container: 'A', target: {} } }),
  ),
  'odd object': dry(V2, metrics({ type: 'Object', object: { describedObject: {}, metric: {}, target: {} } })),
  'odd external': dry(
    V2,
    metrics({
      type: 'External',
      external: { metric: { name: 'a/b' }, target: { type: 'Value', value: '1', averageValue: '1' } },
    }),
  ),
  'odd pods': dry(
    V2,
    metrics({ type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'Value', value: '-1' } } }),
  ),
  'odd rules': dry(
    V2,
    rules({
      stabilizationWindowSeconds: 3601,
      selectPolicy: 'Odd',
      policies: [
        { type: 'Odd', value: 0, periodSeconds: 0 },
        { type: 'Pods', value: 1, periodSeconds: 1801 },
      ],
      tolerance: '-1',
    }),
  ),
  'no rules': dry(V2, rules({ stabilizationWindowSeconds: -1, policies: [] })),
  'API of nobody': dry(APIS, { metadata: { name: 'v1.x.io' } }),
  'API with another name': dry(APIS, api({}, 'v2.own-NS.io')),
  'API beyond bounds': dry(APIS, api({ groupPriorityMinimum: 20_001, versionPriority: 1001 })),
  'API with a bad version': dry(APIS, api({ version: 'V1' }, 'V1.own-NS.io')),
  'API with a bad group': dry(APIS, api({ group: 'A b' }, 'v1.A b')),
  'local API with a CA': dry(APIS, api({ caBundle: 'AAAA', insecureSkipTLSVerify: true })),
  'API without a service': dry(APIS, api({ service: { port: 70_000 }, caBundle: 'AAAA', insecureSkipTLSVerify: true })),
  'API with a bad bundle': dry(APIS, api({ service, caBundle: 'AAAA' })),
  'API of others': dry(APIS, api({ service, insecureSkipTLSVerify: true })),
  'local API': post(APIS, api({})),
  'API by its table': table(`${APIS}/v1.own-NS.io`),
  'odd condition': change(`${APIS}/v1.own-NS.io/status`, { status: { conditions: [{ type: 'X', status: 'Maybe' }] } }),
  'API of apps': { method: 'GET', path: `${APIS}/v1.apps` },
  'API of autoscaling': { method: 'GET', path: `${APIS}/v2.autoscaling` },
  'API gone': remove(`${APIS}/v1.own-NS.io`),
};
