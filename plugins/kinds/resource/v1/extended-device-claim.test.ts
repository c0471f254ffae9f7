import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../../../../src/api/object-meta.ts';
import type { Pod } from '../../core/v1/pod.ts';
import { DeviceClass } from './device-class.ts';
import { classesByResource, extendedDemandOf, mayBeDevices } from './extended-device-claim.ts';

const deviceClass = (name: string, second: number, extendedResourceName?: string): DeviceClass => {
  const metadata = { name, creationTimestamp: `2026-01-01T00:00:0${second}Z` } as ObjectMeta;
  const { apiVersion, kind } = DeviceClass;
  return { apiVersion, kind, metadata, spec: extendedResourceName === undefined ? {} : { extendedResourceName } };
};

describe('the class of an extended resource', () => {
  it('is the one that names it, or that it names', () => {
    const classes = [deviceClass('gold', 1, 'example.com/gpu'), deviceClass('iron', 1)];
    expect([...classesByResource(classes)]).toEqual([
      ['example.com/gpu', 'gold'],
      ['deviceclass.resource.kubernetes.io/gold', 'gold'],
      ['deviceclass.resource.kubernetes.io/iron', 'iron'],
    ]);
  });

  it.each([
    ['the youngest', [deviceClass('a', 1, 'x.y/z'), deviceClass('b', 2, 'x.y/z')], 'b'],
    ['the first by name of the same age', [deviceClass('b', 1, 'x.y/z'), deviceClass('a', 1, 'x.y/z')], 'a'],
  ])('is %s of several', (_, classes, expected) => {
    expect(classesByResource(classes).get('x.y/z')).toBe(expected);
    expect(classesByResource(classes.toReversed()).get('x.y/z')).toBe(expected);
  });

  it.each([
    ['example.com/gpu', true],
    ['deviceclass.resource.kubernetes.io/gold', true],
    ['cpu', false],
    ['hugepages-2Mi', false],
    ['kubernetes.io/gpu', false],
  ])('is looked for where the resource is %s: %s', (name, expected) => {
    expect(mayBeDevices(name)).toBe(expected);
  });
});

const GPU = 'example.com/gpu';
const asking = (name: string, count: number, more: object = {}): object => ({
  name,
  image: 'i',
  resources: count === 0 ? {} : { requests: { cpu: '1', [GPU]: `${count}` } },
  ...more,
});
const podOf = (containers: readonly object[], initContainers: readonly object[] = []): Pod =>
  ({ spec: { containers, initContainers } }) as unknown as Pod;

/** Requests as `name: count`, mappings as `container <- request`. */
const told = (pod: Pod, resources: readonly (readonly [string, string])[] = [[GPU, 'gold']]) => {
  const { requests, mappings } = extendedDemandOf(pod, new Map(resources));
  return [
    requests.map(({ name, exactly }) => `${name}: ${exactly.count}`),
    mappings.map(({ containerName, requestName }) => `${containerName} <- ${requestName}`),
  ];
};

describe('what a claim asks for in the place of extended resources', () => {
  it('is a request of each container, by the place of the resource among all that it requests', () => {
    expect(told(podOf([asking('a', 1), asking('none', 0), asking('b', 2)]))).toEqual([
      ['container-0-request-1: 1', 'container-2-request-1: 2'],
      ['a <- container-0-request-1', 'b <- container-2-request-1'],
    ]);
    const { requests, mappings } = extendedDemandOf(podOf([asking('a', 1)]), new Map([[GPU, 'gold']]));
    expect(requests).toEqual([
      {
        name: 'container-0-request-1',
        exactly: { deviceClassName: 'gold', allocationMode: 'ExactCount', count: 1 },
      },
    ]);
    expect(mappings).toEqual([{ containerName: 'a', resourceName: GPU, requestName: 'container-0-request-1' }]);
  });

  it('is shared by init containers that end, which ask for no more than they lack', () => {
    const pod = podOf([asking('app', 2)], [asking('small', 1), asking('large', 5), asking('middle', 3)]);
    expect(told(pod)).toEqual([
      ['container-1-request-1: 3', 'container-3-request-1: 2'],
      [
        'app <- container-3-request-1',
        'small <- container-3-request-1',
        'large <- container-3-request-1',
        'large <- container-1-request-1',
        'middle <- container-3-request-1',
        'middle <- container-1-request-1',
      ],
    ]);
  });

  it('is of a sidecar its own, which later init containers do not share', () => {
    const sidecar = asking('sidecar', 1, { restartPolicy: 'Always' });
    expect(told(podOf([asking('app', 0)], [asking('before', 1), sidecar, asking('after', 1)]))).toEqual([
      ['container-1-request-1: 1', 'container-2-request-1: 1'],
      ['sidecar <- container-1-request-1', 'before <- container-1-request-1', 'after <- container-2-request-1'],
    ]);
  });

  it('is nothing of other resources', () => {
    expect(told(podOf([asking('a', 1)]), [['other.com/x', 'gold']])).toEqual([[], []]);
  });
});
