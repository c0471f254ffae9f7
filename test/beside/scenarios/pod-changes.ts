import type { Scenario, Step } from '../step.ts';
import { container, makePod, PODS } from './pod-steps.ts';

const patch = (name: string, body: unknown, type?: string): Step => ({
  method: 'PATCH',
  path: `${PODS}/${name}`,
  body,
  ...(type === undefined ? {} : { type }),
});
const JSON_PATCH = 'application/json-patch+json';
const set = (path: string, value: unknown): unknown => [{ op: 'add', path, value }];

/** Pods that are made, and what may change of them, one thing a step. */
export const podChanges: Scenario = {
  made: makePod({
    metadata: { name: 'plain' },
    spec: {
      containers: [container],
      tolerations: [{ key: 'a', operator: 'Exists', tolerationSeconds: 5, effect: 'NoExecute' }],
    },
  }),
  'made gated': makePod({
    metadata: { name: 'gated', labels: { c: 'd' } },
    spec: { containers: [container], schedulingGates: [{ name: 'a' }, { name: 'b' }], nodeSelector: { a: 'b' } },
  }),
  'image changed': patch('plain', set('/spec/containers/0/image', 'j'), JSON_PATCH),
  'image gone': patch('plain', set('/spec/containers/0/image', ''), JSON_PATCH),
  'deadline set': patch('plain', { spec: { activeDeadlineSeconds: 10 } }),
  'deadline later': patch('plain', { spec: { activeDeadlineSeconds: 11 } }),
  'deadline gone': patch('plain', { spec: { activeDeadlineSeconds: null } }),
  'tolerations gone': patch('plain', { spec: { tolerations: null } }),
  'toleration added': patch('plain', set('/spec/tolerations/-', { key: 'b', operator: 'Exists' }), JSON_PATCH),
  'toleration shorter': patch('plain', set('/spec/tolerations/0/tolerationSeconds', 1), JSON_PATCH),
  'containers gone': patch('plain', { spec: { containers: [] } }),
  'container added': patch('plain', set('/spec/containers/-', { name: 'd', image: 'i' }), JSON_PATCH),
  'init container added': patch('plain', { spec: { initContainers: [{ name: 'd', image: 'i' }] } }),
  'gate added': patch('gated', set('/spec/schedulingGates/-', { name: 'c' }), JSON_PATCH),
  'gated selector': patch('gated', { spec: { nodeSelector: { c: 'd' } } }),
  'gated selector changed': patch('gated', { spec: { nodeSelector: { a: 'c' } } }),
  'gated affinity': patch('gated', {
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
          },
        },
      },
    },
  }),
  'gated affinity gone': patch('gated', { spec: { affinity: null } }),
  'gate opened': patch('gated', { spec: { schedulingGates: [{ name: 'b' }] } }),
  'status odd': patch('plain/status', {
    status: {
      qosClass: 'Guaranteed',
      nominatedNodeName: 'A_',
      conditions: [{ type: 'a b', status: 'True' }],
      hostIPs: [{ ip: 'x' }],
      podIPs: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }],
    },
  }),
  'status of another address': patch('plain/status', { status: { podIP: '1.1.1.1', podIPs: [{ ip: '::1' }] } }),
  'status ended': patch('plain/status', {
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'c',
          image: 'i',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 0, reason: 'Completed' } },
        },
      ],
    },
  }),
  'ephemeral container by spec': patch('plain', { spec: { ephemeralContainers: [{ name: 'e', image: 'i' }] } }),
  'deleted with no grace': { method: 'DELETE', path: `${PODS}/plain?gracePeriodSeconds=0` },
  'deleted of none': { method: 'DELETE', path: `${PODS}/plain` },
  'deleted of negative grace': { method: 'DELETE', path: `${PODS}/gated?gracePeriodSeconds=-1` },
};
