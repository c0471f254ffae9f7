import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const CLASSES = '/apis/node.k8s.io/v1/runtimeclasses';
const PODS = '/api/v1/namespaces/NS/pods';
const runtime = (more: object): Step => dry(CLASSES, { metadata: { name: 'x' }, handler: 'h', ...more });
const pod = (more: object): Step =>
  dry(PODS, { metadata: { name: 'x' }, spec: { containers: [{ name: 'c', image: 'i' }], ...more } });
const old = 'beta.kubernetes.io/os';

/** Runtimes, and pods that ask for them. */
export const runtimeClasses: Scenario = {
  plain: runtime({}),
  'of no handler': runtime({ handler: '' }),
  'of an odd handler': runtime({ handler: 'a.b' }),
  'of an odd overhead': runtime({ overhead: { podFixed: { cpu: '-1', odd: '1', 'a/b': '100m' } } }),
  'of odd nodes': runtime({ scheduling: { nodeSelector: { 'a b': 'c d', [old]: 'x' } } }),
  'of odd tolerations': runtime({
    scheduling: {
      tolerations: [
        { key: 'a', operator: 'Odd' },
        { key: 'b', operator: 'Exists' },
        { key: 'b', operator: 'Exists' },
      ],
    },
  }),
  'of old nodes': runtime({ scheduling: { nodeSelector: { [old]: 'linux' } } }),
  made: post(CLASSES, {
    metadata: { name: 'NS-r' },
    handler: 'h',
    overhead: { podFixed: { cpu: '100m' } },
    scheduling: {
      nodeSelector: { a: 'b' },
      tolerations: [
        { key: 'k', operator: 'Exists' },
        { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' },
      ],
    },
  }),
  'of another handler': change(CLASSES + '/NS-r', { handler: 'i' }),
  'in a table': table(`${CLASSES}/NS-r`),
  'pod of none': pod({ runtimeClassName: 'none' }),
  'pod of an empty one': pod({ runtimeClassName: '' }),
  pod: pod({ runtimeClassName: 'NS-r' }),
  'pod of the same overhead': pod({ runtimeClassName: 'NS-r', overhead: { cpu: '0.1' } }),
  'pod of another overhead': pod({ runtimeClassName: 'NS-r', overhead: { cpu: '1' } }),
  'pod of other nodes': pod({ runtimeClassName: 'NS-r', nodeSelector: { a: 'c' } }),
  'pod of more nodes': pod({
    runtimeClassName: 'NS-r',
    nodeSelector: { c: 'd' },
    tolerations: [{ key: 'l', operator: 'Exists' }],
  }),
  'pod of overhead alone': pod({ overhead: { cpu: '1' } }),
  'made by put': {
    method: 'PUT',
    path: `${CLASSES}/NS-put`,
    body: { metadata: { name: 'NS-put' }, handler: 'h' },
  },
  gone: remove(`${CLASSES}/NS-r`),
  'gone as well': remove(`${CLASSES}/NS-put`),
};
