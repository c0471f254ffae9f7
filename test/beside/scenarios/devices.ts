import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const API = '/apis/resource.k8s.io/v1';
const CLASSES = `${API}/deviceclasses`;
const SLICES = `${API}/resourceslices`;
const CLAIMS = `${API}/namespaces/NS/resourceclaims`;
const TEMPLATES = `${API}/namespaces/NS/resourceclaimtemplates`;
const long = 'x'.repeat(70);
const opaque = { driver: 'd.x', parameters: { a: 1 } };
const cel = { expression: 'device.driver == "d.x"' };
const many = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item);
const deviceClass = (spec: object): Step => dry(CLASSES, { metadata: { name: 'x' }, spec });
const claim = (devices: object): Step => dry(CLAIMS, { metadata: { name: 'x' }, spec: { devices } });
const exactly = (more: object): object => ({ name: 'r', exactly: { deviceClassName: 'c', ...more } });
const requests = (...given: readonly object[]): Step => claim({ requests: given });
const slice = (spec: object): Step =>
  dry(SLICES, {
    metadata: { name: 'x' },
    spec: { driver: 'd.x', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, ...spec },
  });
const devices = (...given: readonly object[]): Step => slice({ devices: given });
const device = (more: object): Step => devices({ name: 'a', ...more });
const policy = (requestPolicy: object): Step =>
  device({ allowMultipleAllocations: true, capacity: { m: { value: '10', requestPolicy } } });
const status = (path: string, body: object): Step => change(`${path}/status`, { status: body });

/** Devices, their classes, and those who ask for them. */
export const devicesScenario: Scenario = {
  class: deviceClass({ selectors: [{ cel }], config: [{ opaque }], extendedResourceName: 'a.b/c' }),
  'class of nothing': deviceClass({}),
  'class without spec': dry(CLASSES, { metadata: { name: 'x' } }),
  'class of odd parts': deviceClass({ selectors: [{}], config: [{}, { opaque: {} }], extendedResourceName: 'cpu' }),
  'class of odd drivers': deviceClass({
    config: [{ opaque: { driver: 'A_', parameters: 'x' } }, { opaque: { driver: long, parameters: null } }],
  }),
  'class of too many selectors': deviceClass({ selectors: many(33, { cel }) }),
  'class of a long expression': deviceClass({ selectors: [{ cel: { expression: 'x'.repeat(10_241) } }] }),
  'class made': post(CLASSES, { metadata: { name: 'NS' }, spec: {} }),
  'class changed': change(`${CLASSES}/NS`, { spec: { extendedResourceName: 'a.b/c' } }),
  'class in a table': table(`${CLASSES}/NS`),
  'class gone': remove(`${CLASSES}/NS`),
  claim: requests(exactly({})),
  'claim of nothing': claim({}),
  'claim without spec': dry(CLAIMS, { metadata: { name: 'x' } }),
  'claim of odd names': requests({ name: 'A', exactly: { deviceClassName: 'A' } }, { name: '', exactly: {} }),
  'claim of neither': requests({ name: 'r' }),
  'claim of both': requests({ ...exactly({}), firstAvailable: [{ name: 's', deviceClassName: 'c' }] }),
  'claim of what is first': requests({
    name: 'r',
    firstAvailable: [{ name: 's', deviceClassName: 'c' }, { name: 's', deviceClassName: 'c' }, {}],
  }),
  'claim of the same twice': requests(exactly({}), exactly({})),
  'claim of too many': claim({ requests: many(33, exactly({})) }),
  'claim of all': requests(exactly({ allocationMode: 'All' })),
  'claim of all and some': requests(exactly({ allocationMode: 'All', count: 2 })),
  'claim of an odd mode': requests(exactly({ allocationMode: 'Odd', count: -1 })),
  'claim of less than one': requests(exactly({ count: -1 })),
  'claim with tolerations': requests(
    exactly({
      tolerations: [
        { key: 'k', operator: 'Exists' },
        { key: 'a b', operator: 'Odd', effect: 'Odd' },
        { operator: 'Exists', value: 'v' },
        { value: 'a b' },
      ],
    }),
  ),
  'claim with constraints': claim({
    requests: [exactly({})],
    constraints: [
      { requests: ['r', 'r', 'x', 'a/b/c', 'A'], matchAttribute: 'd.x/a' },
      {},
      { matchAttribute: 'a' },
      { distinctAttribute: '/1a' },
    ],
  }),
  'claim with configurations': claim({
    requests: [exactly({})],
    config: [{ requests: ['x'], opaque }, {}, { opaque }],
  }),
  'claim with administration': requests(exactly({ adminAccess: true })),
  'claim with capacity': requests(exactly({ capacity: { requests: { m: '1' } } })),
  'claim made': post(CLAIMS, { metadata: { name: 'c' }, spec: { devices: { requests: [exactly({})] } } }),
  'claim changed': change(`${CLAIMS}/c`, { spec: { devices: { requests: [exactly({ count: 2 })] } } }),
  'claim in a table': table(`${CLAIMS}/c`),
  'claim reserved too early': status(`${CLAIMS}/c`, { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] }),
  'claim of odd allocation': status(`${CLAIMS}/c`, {
    allocation: {
      devices: { results: [{ request: 'x', driver: '', pool: 'A', device: 'A' }], config: [{ source: 'Odd', opaque }] },
    },
  }),
  'claim allocated': status(`${CLAIMS}/c`, {
    allocation: { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'a' }] } },
    reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }],
  }),
  'claim allocated again': status(`${CLAIMS}/c`, {
    allocation: { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'b' }] } },
  }),
  'claim reserved oddly': status(`${CLAIMS}/c`, {
    reservedFor: [{}, { resource: 'pods', name: 'p', uid: 'u' }, { resource: 'pods', name: 'q', uid: 'u' }],
  }),
  'claim with states of devices': status(`${CLAIMS}/c`, {
    devices: [
      {
        driver: 'd.x',
        pool: 'p',
        device: 'a',
        data: { x: 1 },
        networkData: { interfaceName: 'eth0', ips: ['10.0.0.1/24'] },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
        ],
      },
    ],
  }),
  'claim with odd states': status(`${CLAIMS}/c`, {
    devices: [
      {
        driver: 'd.x',
        pool: 'p',
        device: 'b',
        networkData: { ips: ['x', '10.0.0.1/24', '10.0.0.1/24', 'FD00::1/64'] },
        conditions: [{ type: 'a b', status: 'Odd' }],
      },
    ],
  }),
  'claim in a table again': table(`${CLAIMS}/c`),
  'claim gone': remove(`${CLAIMS}/c`),
  template: dry(TEMPLATES, { metadata: { name: 'x' }, spec: { spec: { devices: { requests: [exactly({})] } } } }),
  'template of odd labels': dry(TEMPLATES, {
    metadata: { name: 'x' },
    spec: { metadata: { labels: { 'a b': 'c d' } }, spec: { devices: { requests: [{ name: 'r' }] } } },
  }),
  'template made': post(TEMPLATES, {
    metadata: { name: 't' },
    spec: { spec: { devices: { requests: [exactly({})] } } },
  }),
  'template changed': change(`${TEMPLATES}/t`, { spec: { metadata: { labels: { a: 'b' } } } }),
  'template in a table': table(`${TEMPLATES}/t`),
  'template gone': remove(`${TEMPLATES}/t`),
  slice: devices({
    name: 'a',
    attributes: { m: { string: 's' }, 'd.x/n': { int: 1 } },
    capacity: { m: { value: '1Gi' } },
  }),
  'slice without spec': dry(SLICES, { metadata: { name: 'x' } }),
  'slice of odd names': slice({
    driver: 'A_',
    pool: { name: 'A/b', generation: -1, resourceSliceCount: 0 },
    nodeName: 'A',
  }),
  'slice of a loud driver': slice({ driver: 'D.x' }),
  'slice of no node': slice({ nodeName: null }),
  'slice of an empty node': slice({ nodeName: '' }),
  'slice of several nodes': slice({ allNodes: true, perDeviceNodeSelection: false }),
  'slice of selected nodes': slice({ nodeName: null, nodeSelector: { nodeSelectorTerms: [] } }),
  'slice of both': slice({
    devices: [{ name: 'a' }],
    sharedCounters: [{ name: 'c', counters: { m: { value: '1' } } }],
  }),
  'slice of counters': slice({
    sharedCounters: [
      { name: 'c', counters: { m: { value: '1' } } },
      { name: 'c', counters: { A: { value: '1' } } },
      {},
    ],
  }),
  'slice of devices twice': devices({ name: 'a' }, { name: 'a' }, { name: 'A' }),
  'slice of too many': devices(...many(129, { name: 'a' })),
  'device of odd attributes': device({
    attributes: { m: {}, n: { string: long }, o: { version: '1' }, 'A_/b': { bool: true } },
  }),
  'device of two values': device({ attributes: { m: { string: 's', int: 1 } } }),
  'device of lists': device({ attributes: { m: { strings: ['s'] } } }),
  'device of odd capacity': device({ capacity: { '1a': { value: '1' } } }),
  'device of a policy alone': device({
    capacity: { m: { value: '10', requestPolicy: { default: '1', validValues: ['1'] } } },
  }),
  'policy of values': policy({ default: '1', validValues: ['1', '2'] }),
  'policy of odd values': policy({ default: '3', validValues: ['2', '1', '20'] }),
  'policy without a default': policy({ validValues: ['1'] }),
  'policy of both': policy({ default: '1', validValues: ['1'], validRange: { min: '1' } }),
  'policy of a range': policy({ default: '2', validRange: { min: '1', max: '5', step: '1' } }),
  'policy of an odd range': policy({ default: '1', validRange: { min: '2', max: '12', step: '3' } }),
  'policy of half a range': policy({ default: '1', validRange: { max: '2' } }),
  'device with taints': device({
    taints: [{ key: 'k', effect: 'NoSchedule' }, { key: 'a b', value: 'c d', effect: 'Odd' }, {}],
  }),
  'device with consumption': device({ consumesCounters: [{ counterSet: 'c', counters: { m: { value: '1' } } }, {}] }),
  'device with conditions': device({ bindingConditions: ['a', 'a'], bindingFailureConditions: ['a', 'b c'] }),
  'device with half of them': device({ bindingConditions: ['a'] }),
  'device of its own node': device({ nodeName: 'n' }),
  'devices of their own nodes': slice({
    nodeName: null,
    perDeviceNodeSelection: true,
    devices: [
      { name: 'a', nodeName: 'n' },
      { name: 'b' },
      { name: 'c', nodeName: '', allNodes: false },
      { name: 'd', nodeName: 'n', allNodes: true },
    ],
  }),
  'slice made': post(SLICES, {
    metadata: { name: 'NS' },
    spec: {
      driver: 'd.x',
      nodeName: 'n',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'a' }],
    },
  }),
  'slice selected': { method: 'GET', path: `${SLICES}?fieldSelector=spec.nodeName%3Dnone,spec.driver%3Dd.x` },
  'slice of another driver': change(`${SLICES}/NS`, { spec: { driver: 'e.x', nodeName: 'm', pool: { name: 'q' } } }),
  'slice in a table': table(`${SLICES}/NS`),
  'slice gone': remove(`${SLICES}/NS`),
};
