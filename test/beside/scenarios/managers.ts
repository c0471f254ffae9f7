import { apply, as, change, get, post, type Scenario, type Step } from '../step.ts';

const WEB = '/apis/apps/v1/namespaces/NS/deployments/web';
const SERVICE = '/api/v1/namespaces/NS/services/s';
const PODS = '/api/v1/namespaces/NS/pods';
const MAP = '/api/v1/namespaces/NS/configmaps/m';
const labels = { app: 'web' };
const container = { name: 'c', image: 'i' };
const by = (path: string, manager: string, body: unknown): Step => apply(`${path}?fieldManager=${manager}`, body);
const web = (spec: object, metadata: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
});
const whole = (fields: object = {}, more: object = {}): object =>
  web({
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ ...container, ...fields }] } },
    ...more,
  });
const service = (spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec });
const map = (fields: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', ...metadata },
  ...fields,
});
const status = (fields: object): object => ({ ...web({}), spec: undefined, status: fields });
const pod = (spec: object, name = 'p'): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });

/** Who owns which fields after applies, updates and writes below an object, and what conflicts say. */
export const managers: Scenario = {
  'applied first': by(WEB, 'kubectl', whole({ env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] })),
  'applied again': by(WEB, 'kubectl', whole({ env: [{ name: 'B', value: '1' }], ports: [{ containerPort: 80 }] })),
  'scaled by another': change(`${WEB}/scale?fieldManager=autoscaler`, { spec: { replicas: 4 } }),
  'scaled and applied': by(WEB, 'kubectl', whole({}, { replicas: 2 })),
  'scaled and forced': by(WEB, 'kubectl&force=true', whole({}, { replicas: 2 })),
  'one conflict': by(WEB, 'other', whole({ image: 'j' })),
  'many conflicts': by(WEB, 'other', whole({ image: 'j' }, { replicas: 7, paused: true, minReadySeconds: 1 })),
  'changed by update': change(`${WEB}?fieldManager=editor`, { spec: { minReadySeconds: 5 }, metadata: { labels } }),
  'conflicts with two': by(WEB, 'other', {
    ...whole({ image: 'j' }, { minReadySeconds: 6 }),
    metadata: { name: 'web', labels: { app: 'x' } },
  }),
  'status updated': change(`${WEB}/status?fieldManager=controller`, {
    status: { replicas: 2, conditions: [{ type: 'Available', status: 'True', reason: 'R', message: 'M' }] },
  }),
  'status conflicts': by(`${WEB}/status`, 'other', status({ replicas: 3 })),
  'status applied': by(`${WEB}/status`, 'other', status({ readyReplicas: 1 })),
  'status with a spec': by(`${WEB}/status`, 'third', { ...web({ replicas: 9 }), status: { updatedReplicas: 1 } }),
  'conditions applied': by(
    `${WEB}/status`,
    'fourth',
    status({ conditions: [{ type: 'Progressing', status: 'True', reason: 'R', message: 'M' }] }),
  ),
  'condition conflicts': by(
    `${WEB}/status`,
    'fifth',
    status({ conditions: [{ type: 'Available', status: 'False', reason: 'R', message: 'M' }] }),
  ),
  'as it is then': get(WEB),
  'service applied': by(SERVICE, 'a', service({ ports: [{ port: 80, name: 'http' }], selector: { a: 'b' } })),
  'service port of another': by(SERVICE, 'b', service({ ports: [{ port: 81, name: 'more' }] })),
  'service port in conflict': by(SERVICE, 'b', service({ ports: [{ port: 80, name: 'other' }] })),
  'service selector in conflict': by(SERVICE, 'b', service({ ports: [{ port: 80 }], selector: { a: 'c' } })),
  'service ports without a number': by(SERVICE, 'b', service({ ports: [{ name: 'x' }] })),
  'service ports twice': by(SERVICE, 'b', service({ ports: [{ port: 80 }, { port: 80 }] })),
  'service lets go': by(SERVICE, 'a', service({ ports: [{ port: 80, name: 'http' }] })),
  'pod applied': by(
    `${PODS}/p`,
    'a',
    pod({ containers: [container], tolerations: [{ key: 'k', operator: 'Exists' }] }),
  ),
  'pod in conflict': by(`${PODS}/p`, 'b', pod({ containers: [{ ...container, image: 'j' }] })),
  'pod with two of a name': by(`${PODS}/q`, 'b', pod({ containers: [container, container] }, 'q')),
  'pod with an env twice': by(
    `${PODS}/q`,
    'b',
    pod({ containers: [{ ...container, env: ['A', 'A'].map(name => ({ name, value: 'x' })) }] }, 'q'),
  ),
  'pod with odd fields': by(`${PODS}/q`, 'b', pod({ containers: [{ ...container, imge: 'x' }], odd: 1 }, 'q')),
  'pod of text': by(`${PODS}/q`, 'b', pod({ containers: 'x' }, 'q')),
  'pod of wrong ports': by(
    `${PODS}/q`,
    'b',
    pod({ containers: [{ ...container, ports: [{ containerPort: 'x' }] }] }, 'q'),
  ),
  'pod of nameless containers': by(`${PODS}/q`, 'b', pod({ containers: [{ image: 'x' }] }, 'q')),
  'pod that is invalid': by(`${PODS}/q`, 'b', pod({ containers: [] }, 'q')),
  'pod tried': by(`${PODS}/q`, 'b&dryRun=All', pod({ containers: [container] }, 'q')),
  'pod status applied': by(`${PODS}/p/status`, 'kubelet', {
    ...pod({}),
    spec: undefined,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: '1.2.3.4' },
  }),
  'map applied': by(MAP, 'a', map({ data: { x: '1', y: '2' } }, { labels: { l: '1' }, annotations: { n: '1' } })),
  'map conflicts': by(MAP, 'b', map({ data: { x: '2', y: '3' } }, { labels: { l: '2' }, annotations: { n: '2' } })),
  'map shared': by(MAP, 'b', map({ data: { x: '1' } })),
  'map given up': by(MAP, 'a', map({})),
  'map with a finalizer': by(MAP, 'a', map({}, { finalizers: ['a.b/c'] })),
  'map with an owner': by(
    MAP,
    'a',
    map({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] }),
  ),
  'map with a null': by(MAP, 'a', map({ data: { x: null } })),
  'map of another namespace': by(MAP, 'a', map({}, { namespace: 'other' })),
  'map with a wrong uid': by(MAP, 'a', map({}, { uid: 'x' })),
  'map of an old revision': by(MAP, 'a', map({}, { resourceVersion: '1' })),
  'map with a generated name': by(MAP, 'a', map({}, { name: undefined, generateName: 'x' })),
  'map in strict': by(MAP, 'a&fieldValidation=Strict', map({ dta: {} })),
  'map of numbers': by(MAP, 'a', map({ data: { x: 1 } })),
  'owners forgotten': change(MAP, { metadata: { managedFields: [{}] } }),
  'owners emptied': change(MAP, { metadata: { managedFields: [] } }),
  'applied where nobody owns': by(MAP, 'c', map({ data: { x: '9' } })),
  'odd owners': change(MAP, { metadata: { managedFields: [{ manager: 'x', operation: 'Odd' }] } }),
  'owners of no time': change(MAP, {
    metadata: {
      managedFields: [
        { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } },
      ],
    },
  }),
  'owners of another version': change(MAP, {
    metadata: {
      managedFields: [
        { manager: 'x', operation: 'Update', apiVersion: 'v9', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } },
      ],
    },
  }),
  'owners of odd fields': change(MAP, {
    metadata: {
      managedFields: [
        { manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { a: {} } },
      ],
    },
  }),
  'updated by a client': {
    method: 'PUT',
    path: MAP,
    body: map({ data: { z: '1' } }),
  },
  'made by a client': post('/api/v1/namespaces/NS/configmaps?fieldManager=maker', map({ data: {} }, { name: 'made' })),
  'applied without the right to create': as(
    'nobody',
    by('/api/v1/namespaces/NS/configmaps/n', 'a', map({}, { name: 'n' })),
  ),
};
