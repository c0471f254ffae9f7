import { describe, expect, it } from 'vitest';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import { containerCapabilities } from './capabilities.ts';
import { containerResources, oomScoreAdj, podCgroupPath, podResources } from './cgroup-numbers.ts';
import { fieldPathValue } from './field-path.ts';
import { resourceFieldValue } from './resource-field.ts';

type Resources = NonNullable<SpecInput['containers'][number]['resources']>;
const specOf = (...all: readonly Resources[]): SpecInput => ({
  containers: all.map((resources, index) => ({ name: `c${index}`, image: 'i', resources })),
});
const GI = 1024 ** 3;

describe('quality of service', () => {
  const both = { cpu: '1', memory: '1Gi' };
  it.each<[string, readonly Resources[], string, string, number]>([
    ['nothing asked', [{}], 'BestEffort', 'besteffort/podu1', 1000],
    ['limits for all', [{ limits: both }], 'Guaranteed', 'podu1', -997],
    ['requests equal to limits', [{ limits: both, requests: both }], 'Guaranteed', 'podu1', -997],
    ['one without', [{ limits: both }, {}], 'Burstable', 'burstable/podu1', 875],
    [
      'requests below limits',
      [{ limits: both, requests: { ...both, memory: '2Gi' } }],
      'Burstable',
      'burstable/podu1',
      750,
    ],
    ['next to nothing', [{ requests: { memory: '1' } }], 'Burstable', 'burstable/podu1', 999],
    ['all there is', [{ requests: { memory: '8Gi' } }], 'Burstable', 'burstable/podu1', 3],
  ])('with %s', (_name, resources, qos, path, score) => {
    const { spec } = podOf(specOf(...resources));
    const [first] = spec.containers;
    expect(qosClassOf(spec)).toBe(qos);
    expect(podCgroupPath(spec, 'u1')).toBe(path);
    expect(first === undefined ? 0 : oomScoreAdj(spec, first, 8 * GI)).toBe(score);
  });
});

describe('cgroups', () => {
  it('turn CPUs into shares and quota, memory into bytes', () => {
    const [container] = podOf(specOf({ requests: { cpu: '250m' }, limits: { cpu: '1500m', memory: '64Mi' } })).spec
      .containers;
    expect(container === undefined ? {} : containerResources(container)).toEqual({
      cpuShares: 256,
      cpuQuotaUs: 150_000,
      cpuPeriodUs: 100_000,
      memoryBytes: 64 * 1024 ** 2,
      pids: null,
    });
  });
  it('limit a pod only where all its containers are limited', () => {
    const limited = { requests: { cpu: '1' }, limits: { cpu: '1', memory: '1Gi' } };
    expect(podResources(podOf(specOf(limited, limited)).spec, 100)).toEqual({
      cpuShares: 2048,
      cpuQuotaUs: 200_000,
      cpuPeriodUs: 100_000,
      memoryBytes: 2 * GI,
      pids: 100,
    });
    expect(podResources(podOf(specOf(limited, {})).spec, null)).toMatchObject({ cpuQuotaUs: null, memoryBytes: null });
  });
});

describe('capabilities', () => {
  const has = (changes: Parameters<typeof containerCapabilities>[0], name: string): boolean =>
    containerCapabilities(changes, false).includes(name);
  it('start from fourteen and change by name or ALL', () => {
    expect(containerCapabilities(undefined, false)).toHaveLength(14);
    expect(has({ add: ['NET_ADMIN'] }, 'CAP_NET_ADMIN')).toBe(true);
    expect(has({ drop: ['KILL'] }, 'CAP_KILL')).toBe(false);
    expect(containerCapabilities({ drop: ['ALL'], add: ['CAP_CHOWN'] }, false)).toEqual(['CAP_CHOWN']);
    expect(has({ add: ['ALL'], drop: ['SYS_ADMIN'] }, 'CAP_SYS_ADMIN')).toBe(false);
    expect(has({ add: ['ALL'] }, 'CAP_BPF')).toBe(true);
  });
});

describe('the downward API', () => {
  const pod = podOf({ nodeName: 'n1' });
  const labelled = { ...pod, metadata: { ...pod.metadata, labels: { b: 'x "y"', a: 'line\nbreak' } } };
  it.each([
    ['metadata.name', 'web'],
    ['metadata.labels', 'a="line\\nbreak"\nb="x \\"y\\""'],
    ["metadata.labels['b']", 'x "y"'],
    ["metadata.annotations['none']", ''],
    ['spec.nodeName', 'n1'],
    ['status.podIPs', '10.42.0.5,fd00::5'],
    ['status.hostIP', '192.0.2.1'],
  ])('reads %s', (path, text) => {
    const addresses = { podIps: ['10.42.0.5', 'fd00::5'], hostIps: ['192.0.2.1'] };
    expect(fieldPathValue(labelled, path, addresses)).toBe(text);
  });
  it.each([
    ['limits.cpu', undefined, '2'],
    ['limits.cpu', '1m', '1500'],
    ['requests.memory', '1Mi', '64'],
    ['limits.memory', '1Gi', '4'],
    ['requests.ephemeral-storage', undefined, '0'],
  ])('divides %s by %s', (resource, divisor, text) => {
    const [container] = podOf(specOf({ limits: { cpu: '1500m' }, requests: { memory: '64Mi' } })).spec.containers;
    const allocatable = { cpu: '8', memory: '4Gi' };
    expect(container === undefined ? '' : resourceFieldValue(container, resource, divisor, allocatable)).toBe(text);
  });
});
