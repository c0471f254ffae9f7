import { describe, expect, it } from 'vitest';
import { allocated, claim, deviceClass, given, slice, type Case } from './testing/allocated.ts';

const exactly = (name: string, more: object = {}) => ({ name, exactly: { deviceClassName: 'class', ...more } });
const one = claim({ requests: [exactly('r')] });
const count = (many: number) => claim({ requests: [exactly('r', { count: many })] });
const all = claim({ requests: [exactly('r', { allocationMode: 'All' })] });
const devices = (...names: readonly string[]) => names.map(name => ({ name }));
const model = (name: string, string: string) => ({ name, attributes: { model: { string } } });
const cel = (expression: string) => [{ cel: { expression } }];
const has = (device: string, more: object = {}, name = 'other') =>
  claim({ requests: [exactly('r')] }, name, {
    allocation: { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device, ...more }] } },
  });
const pool = (generation: number, resourceSliceCount: number) => ({ name: 'p', generation, resourceSliceCount });
const counters = { sharedCounters: [{ name: 'gpu', counters: { memory: { value: '10Gi' } } }] };
const part = (name: string, value: string) => ({
  name,
  consumesCounters: [{ counterSet: 'gpu', counters: { memory: { value } } }],
});
const shared = {
  name: 'a',
  allowMultipleAllocations: true,
  capacity: { memory: { value: '10Gi', requestPolicy: { default: '1Gi', validRange: { min: '1Gi', step: '1Gi' } } } },
};
const memory = (amount: string) => ({ capacity: { requests: { memory: amount } } });
const tainted = { name: 'a', taints: [{ key: 'broken', effect: 'NoSchedule' }] };

describe('devices are given', () => {
  it.each<[string, Case, ReturnType<typeof given>]>([
    ['the first that is free', { claims: [one], slices: [slice({ devices: devices('a', 'b') })] }, [['r=a']]],
    [
      'one that nobody has',
      { claims: [one], slices: [slice({ devices: devices('a', 'b') })], others: [has('a')] },
      [['r=b']],
    ],
    [
      'none where all are taken',
      { claims: [one], slices: [slice({ devices: devices('a') })], others: [has('a')] },
      'lacking',
    ],
    [
      'what others only look after',
      { claims: [one], slices: [slice({ devices: devices('a') })], others: [has('a', { adminAccess: true })] },
      [['r=a']],
    ],
    [
      'to who only looks after it, though it is in use',
      {
        claims: [claim({ requests: [exactly('r', { adminAccess: true })] })],
        slices: [slice({ devices: devices('a') })],
        others: [has('a')],
      },
      [['r=a']],
    ],
    ['several', { claims: [count(2)], slices: [slice({ devices: devices('a', 'b', 'c') })] }, [['r=a', 'r=b']]],
    ['not fewer than asked for', { claims: [count(3)], slices: [slice({ devices: devices('a', 'b') })] }, 'lacking'],
    [
      'to several claims',
      {
        claims: [one, claim({ requests: [exactly('x'), exactly('y')] }, 'd')],
        slices: [slice({ devices: devices('a', 'b', 'c') })],
      },
      [['r=a'], ['x=b', 'y=c']],
    ],
    ['of which there are no slices', { claims: [one], slices: [] }, 'lacking'],
    ['of another node', { claims: [one], slices: [slice({ nodeName: 'm', devices: devices('a') })] }, 'lacking'],
    ['all', { claims: [all], slices: [slice({ devices: devices('a', 'b') })] }, [['r=a', 'r=b']]],
    ['all or none', { claims: [all], slices: [slice({ devices: devices('a', 'b') })], others: [has('b')] }, 'lacking'],
    ['all of none', { claims: [all], slices: [slice({ devices: [] })] }, 'lacking'],
    [
      'no more than a claim can hold',
      { claims: [count(33)], slices: [] },
      'claim n/c: number of requested devices 33 exceeds the claim limit of 32',
    ],
    [
      'of a class that is there',
      { claims: [one], slices: [], classes: [] },
      'claim n/c, request r: could not retrieve device class class: deviceclass.resource.k8s.io "class" not found',
    ],
    [
      'not when it takes too long',
      { claims: [one], slices: [slice({ devices: devices('a') })], isOver: () => true },
      'node n: timed out trying to allocate devices',
    ],
  ])('%s', (_, input, result) => {
    expect(given(input)).toEqual(result);
  });
});

describe('devices are selected', () => {
  const slices = [slice({ devices: [model('a', 'small'), model('b', 'large')] })];
  const isLarge = cel('device.attributes["d.x"].model == "large"');
  it.each<[string, Partial<Case>, ReturnType<typeof given>]>([
    ['by their class', { claims: [one], classes: [deviceClass({ selectors: isLarge })] }, [['r=b']]],
    ['by the request', { claims: [claim({ requests: [exactly('r', { selectors: isLarge })] })] }, [['r=b']]],
    [
      'in vain',
      { claims: [claim({ requests: [exactly('r', { selectors: cel('device.driver == "other"') })] })] },
      'lacking',
    ],
    [
      'by what they do not have',
      { claims: [claim({ requests: [exactly('r', { selectors: cel('device.attributes["d.x"].none') })] })] },
      'claim n/c: selector #0: CEL runtime error: no such key: none',
    ],
    [
      'by what cannot be read',
      { claims: [one], classes: [deviceClass({ selectors: cel('?') })] },
      expect.stringMatching(/^class class: selector #0: CEL compile error: compilation failed: ERROR: <input>:1:1/),
    ],
    [
      'best first',
      {
        claims: [
          claim({
            requests: [
              {
                name: 'r',
                firstAvailable: [
                  { name: 'two', deviceClassName: 'class', count: 3 },
                  { name: 'large', deviceClassName: 'class', selectors: isLarge },
                ],
              },
            ],
          }),
        ],
      },
      [['r/large=b']],
    ],
    [
      'by how much they have',
      {
        claims: [claim({ requests: [exactly('r', memory('2Gi'))] })],
        slices: [
          slice({
            devices: [
              { name: 'a', capacity: { memory: { value: '1Gi' } } },
              { name: 'b', capacity: { memory: { value: '2Gi' } } },
            ],
          }),
        ],
      },
      [['r=b']],
    ],
    ['unless they are tainted', { claims: [one], slices: [slice({ devices: [tainted, { name: 'b' }] })] }, [['r=b']]],
    [
      'though they are tainted, where that is tolerated',
      {
        claims: [claim({ requests: [exactly('r', { tolerations: [{ key: 'broken', operator: 'Exists' }] })] })],
        slices: [slice({ devices: [tainted] })],
      },
      [['r=a']],
    ],
  ])('%s', (_, input, result) => {
    expect(given({ claims: [], slices, ...input })).toEqual(result);
  });
});

describe('constraints hold', () => {
  const slices = [slice({ devices: [model('a', 'x'), model('b', 'y'), model('c', 'x'), { name: 'd' }] })];
  const requests = [exactly('r'), exactly('s')];
  it.each<[string, Case['claims'][number], ReturnType<typeof given>]>([
    ['of what must be the same', claim({ requests, constraints: [{ matchAttribute: 'd.x/model' }] }), [['r=a', 's=c']]],
    ['of what must differ', claim({ requests, constraints: [{ distinctAttribute: 'd.x/model' }] }), [['r=a', 's=b']]],
    [
      'of the requests that they name',
      claim({ requests, constraints: [{ requests: ['r'], matchAttribute: 'd.x/model' }] }),
      [['r=a', 's=b']],
    ],
    ['or nothing is given', claim({ requests, constraints: [{ matchAttribute: 'd.x/none' }] }), 'lacking'],
    [
      'or what asks for all makes no sense',
      claim({ requests: [exactly('r', { allocationMode: 'All' })], constraints: [{ matchAttribute: 'd.x/model' }] }),
      'claim n/c, request r: cannot add device d.x/p/b because a claim constraint would not be satisfied',
    ],
  ])('%s', (_, asked, result) => {
    expect(given({ claims: [asked], slices })).toEqual(result);
  });
});

describe('pools', () => {
  const rest = { devices: devices('b'), pool: pool(1, 2) };
  it.each<[string, Case, ReturnType<typeof given>]>([
    ['that miss a slice are not used', { claims: [one], slices: [slice({ ...rest })] }, 'lacking'],
    [
      'that are whole are, though a slice is of another node',
      { claims: [one], slices: [slice(rest), slice({ ...rest, nodeName: 'm', devices: devices('a') }, 't')] },
      [['r=b']],
    ],
    [
      'are looked at as they were told last',
      {
        claims: [one],
        slices: [slice({ devices: devices('a') }), slice({ devices: devices('b'), pool: pool(2, 1) }, 't')],
      },
      [['r=b']],
    ],
    [
      'that miss a slice have no all',
      { claims: [all], slices: [slice(rest)] },
      'claim n/c, request r: asks for all devices, but resource pool d.x/p is currently being updated',
    ],
    [
      'that contradict themselves are not used',
      { claims: [one], slices: [slice(rest), slice(rest, 't')] },
      'invalid-pools',
    ],
    [
      'share what their devices take',
      {
        claims: [claim({ requests: [exactly('r', { count: 2 })] })],
        slices: [
          slice({ ...counters, pool: pool(1, 2) }, 'counters'),
          slice({ devices: [part('a', '8Gi'), part('b', '3Gi'), part('c', '7Gi')], pool: pool(1, 2) }),
        ],
      },
      [['r=b', 'r=c']],
    ],
    [
      'share it with who has some already',
      {
        claims: [one],
        slices: [
          slice({ ...counters, pool: pool(1, 2) }, 'counters'),
          slice({ devices: [part('a', '8Gi'), part('b', '3Gi')], pool: pool(1, 2) }),
        ],
        others: [has('a')],
      },
      'lacking',
    ],
  ])('%s', (_, input, result) => {
    expect(given(input)).toEqual(result);
  });
});

describe('a device that several may have', () => {
  const slices = [slice({ devices: [shared] })];
  it('is given to them by shares', () => {
    const claims = [claim({ requests: [exactly('r', memory('2500Mi'))] }), claim({ requests: [exactly('r')] }, 'd')];
    const allocation = allocated({ claims, slices });
    const device = { request: 'r', driver: 'd.x', pool: 'p', device: 'a' };
    expect(allocation).toMatchObject({
      results: [
        { devices: { results: [{ ...device, shareID: 'share-1', consumedCapacity: { memory: '3Gi' } }] } },
        { devices: { results: [{ ...device, shareID: 'share-2', consumedCapacity: { memory: '1Gi' } }] } },
      ],
    });
  });

  it('is not given beyond what it has', () => {
    const others = [has('a', { shareID: 'share', consumedCapacity: { memory: '8Gi' } })];
    const claims = [claim({ requests: [exactly('r', memory('2Gi'))] })];
    expect(given({ claims, slices, others })).toEqual([['r=a']]);
    expect(given({ claims: [claim({ requests: [exactly('r', memory('3Gi'))] })], slices, others })).toBe('lacking');
  });
});

describe('a result', () => {
  const opaque = (value: string) => ({ opaque: { driver: 'd.x', parameters: { value } } });
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n'] }];

  it('has what is to be told to drivers, of the class first', () => {
    const classes = [deviceClass({ config: [opaque('class')] })];
    const config = [opaque('claim'), { ...opaque('own'), requests: ['s'] }, { ...opaque('none'), requests: ['t'] }];
    const requests = [
      exactly('r'),
      exactly('s'),
      { name: 't', firstAvailable: [{ name: 'u', deviceClassName: 'class' }] },
    ];
    const claims = [claim({ requests, config: config.slice(0, 2) })];
    const slices = [slice({ devices: devices('a', 'b', 'c') })];
    expect(allocated({ claims, slices, classes })).toMatchObject({
      results: [
        {
          devices: {
            config: [
              { source: 'FromClass', requests: ['r', 's', 't/u'], ...opaque('class') },
              { source: 'FromClaim', ...opaque('claim') },
              { source: 'FromClaim', requests: ['s'], ...opaque('own') },
            ],
          },
          nodeSelector: { nodeSelectorTerms: [{ matchFields }] },
        },
      ],
    });
  });

  it('says where devices can be used that are not of one node', () => {
    const matchExpressions = [{ key: 'zone', operator: 'In', values: ['a'] }];
    const nodeSelector = { nodeSelectorTerms: [{ matchExpressions }] };
    const zonal = { nodeName: undefined, nodeSelector, devices: devices('a') };
    const far = { nodeName: undefined, allNodes: true, devices: devices('a') };
    const labels = { zone: 'a' };
    const places = (input: Partial<Case>) => {
      const allocation = allocated({ claims: [one], slices: [], labels, ...input });
      return allocation.type === 'allocated' ? allocation.results.map(result => result.nodeSelector) : allocation.type;
    };
    expect(places({ slices: [slice(zonal)] })).toEqual([nodeSelector]);
    expect(places({ slices: [slice(zonal)], labels: {} })).toBe('lacking');
    expect(places({ slices: [slice(far)] })).toEqual([undefined]);
    const bound = { ...far, devices: [{ name: 'a', bindsToNode: true }] };
    expect(places({ slices: [slice(bound)] })).toEqual([{ nodeSelectorTerms: [{ matchFields }] }]);
    const each = [
      { name: 'a', nodeName: 'm' },
      { name: 'b', allNodes: true },
    ];
    const own = { nodeName: undefined, perDeviceNodeSelection: true, devices: each };
    expect(given({ claims: [one], slices: [slice(own)] })).toEqual([['r=b']]);
  });
});
