import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const API = '/apis/networking.k8s.io/v1';
const RANGES = `${API}/servicecidrs`;
const ADDRESSES = `${API}/ipaddresses`;
const SERVICES = '/api/v1/namespaces/NS/services';
const get = (path: string): Step => ({ method: 'GET', path });
const range = (...cidrs: readonly string[]): Step => dry(RANGES, { metadata: { name: 'x' }, spec: { cidrs } });
const address = (name: string, parentRef: object | undefined): Step =>
  dry(ADDRESSES, { metadata: { name }, spec: { parentRef } });
const parent = { resource: 'services', namespace: 'n', name: 's' };
const service = (name: string, clusterIP: string): object => ({
  metadata: { name },
  spec: { clusterIP, ports: [{ port: 80 }] },
});
const ranges = [
  '',
  'x',
  '10.0.0.0',
  '10.0.0.1/8',
  '010.0.0.0/8',
  'FD00::/64',
  'fd00::/64',
  'fd00::/48',
  '::ffff:1.2.3.0/120',
];
const names = ['x', '10.0.0.7', '010.0.0.7', 'FD00::1', 'fd00::1', '::ffff:1.2.3.4'];

/** Ranges of services, and who has which address. */
export const addresses: Scenario = {
  'default range': get(`${RANGES}/kubernetes`),
  'default range in a table': table(`${RANGES}/kubernetes`),
  'no range': range(),
  'no spec': dry(RANGES, { metadata: { name: 'x' } }),
  ...Object.fromEntries(ranges.map(text => [`range ${text}`, range(text)])),
  'two ranges': range('10.0.0.0/8', 'fd00::/64'),
  'two ranges of a family': range('10.0.0.0/8', '11.0.0.0/8'),
  'three ranges': range('10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8'),
  'range made': post(RANGES, {
    metadata: { name: 'NS' },
    spec: { cidrs: ['10.77.0.0/16'] },
    status: { conditions: [] },
  }),
  'another range': change(`${RANGES}/NS`, { spec: { cidrs: ['10.78.0.0/16'] } }),
  'range with another': change(`${RANGES}/NS`, { spec: { cidrs: ['10.77.0.0/16', '10.78.0.0/16'] } }),
  'range and one of the other family': change(`${RANGES}/NS`, { spec: { cidrs: ['10.77.0.0/16', 'fd00::/64'] } }),
  'range and none': change(`${RANGES}/NS`, { spec: { cidrs: [] } }),
  'range not ready': change(`${RANGES}/NS/status`, {
    status: {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  }),
  'service of a range that is not ready': post(SERVICES, service('early', '10.77.0.7')),
  'range ready': change(`${RANGES}/NS/status`, {
    status: {
      conditions: [
        { type: 'Ready', status: 'True', reason: '', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  }),
  'range gone': remove(`${RANGES}/NS`),
  ...Object.fromEntries(names.map(name => [`address ${name}`, address(name, parent)])),
  'address of nobody': address('10.0.0.7', undefined),
  'address without spec': dry(ADDRESSES, { metadata: { name: '10.0.0.7' } }),
  'address of an odd one': address('10.0.0.7', { group: 'G', resource: 'a/b', namespace: '..', name: '%' }),
  'address of an empty one': address('10.0.0.7', {}),
  'address made': post(ADDRESSES, {
    metadata: { name: '10.43.66.66' },
    spec: { parentRef: { ...parent, group: 'g.x', resource: 'Gateways' } },
  }),
  'address of another': change(`${ADDRESSES}/10.43.66.66`, { spec: { parentRef: { name: 't' } } }),
  'service of a taken address': post(SERVICES, service('taken', '10.43.66.66')),
  'service of a taken address, not meant': dry(SERVICES, service('taken', '10.43.66.66')),
  'service of the network': post(SERVICES, service('net', '10.43.0.0')),
  'service of the last address': post(SERVICES, service('last', '10.43.255.255')),
  'service of another network': post(SERVICES, service('other', '10.99.0.1')),
  'address gone': remove(`${ADDRESSES}/10.43.66.66`),
  'service made': post(SERVICES, service('made', '10.43.66.66')),
  'its address': get(`${ADDRESSES}/10.43.66.66`),
  'service without one': change(`${SERVICES}/made`, {
    spec: { type: 'ExternalName', externalName: 'x.y', clusterIP: null, clusterIPs: null },
  }),
  'no address': get(`${ADDRESSES}/10.43.66.66`),
  'service with it again': change(`${SERVICES}/made`, {
    spec: { type: 'ClusterIP', externalName: null, clusterIP: '10.43.66.66' },
  }),
  'its address again': get(`${ADDRESSES}/10.43.66.66`),
  'service gone': remove(`${SERVICES}/made`),
  'no address again': get(`${ADDRESSES}/10.43.66.66`),
};
