import { expect, it } from 'vitest';
import { DEFAULT_EVICTION_HARD, readThresholds } from '../eviction/thresholds.ts';
import { nodeAllocatable, nodeCapacity, readReserve, requireRoom, type ReserveSettings } from './node-allocatable.ts';

const size = { cpus: 4, memoryBytes: 8 * 1024 ** 3, diskBytes: 100_000_000_000, maxPods: 110 };
const allocatable = (settings: Partial<ReserveSettings>, evictionHard: Readonly<Record<string, string>> = {}) => {
  const eviction = { evictionHard, evictionSoft: {}, evictionSoftGracePeriod: {}, evictionMinimumReclaim: {} };
  const reserve = readReserve({ systemReserved: {}, kubeReserved: {}, ...settings }, readThresholds(eviction));
  const { cpu, memory, 'ephemeral-storage': storage, pods } = nodeAllocatable(size, reserve);
  return [cpu, memory, storage, pods];
};

it.each<[string, ReturnType<typeof allocatable>, readonly string[]]>([
  ['all there is', allocatable({}), ['4', '8388608Ki', '100000000000', '110']],
  [
    'what evictions keep free by default',
    allocatable({}, DEFAULT_EVICTION_HARD),
    ['4', '8286208Ki', '90000000000', '110'],
  ],
  [
    'what is the system’s and the kubelet’s, together',
    allocatable({
      systemReserved: { cpu: '500m', memory: '1Gi' },
      kubeReserved: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '1G' },
    }),
    ['2500m', '6815744Ki', '99000000000', '110'],
  ],
  [
    'all of that',
    allocatable({ kubeReserved: { cpu: '2', memory: '1Gi' } }, { 'memory.available': '50%' }),
    ['2', '3145728Ki', '100000000000', '110'],
  ],
  [
    'more than there is',
    allocatable({ systemReserved: { cpu: '9', memory: '9Gi' } }),
    ['0', '0Ki', '100000000000', '110'],
  ],
])('pods may have what a node has without %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

it('what is kept from pods is capacity all the same', () => {
  expect(nodeCapacity(size)).toMatchObject({ cpu: '4', memory: '8388608Ki', 'ephemeral-storage': '97656250Ki' });
});

it.each([
  [{ pods: '1' }, 'cannot reserve "pods" resource'],
  [{ cpu: 'much' }, 'failed to parse quantity "much" for "cpu" resource'],
  [{ memory: '-1' }, 'resource quantity for "memory" cannot be negative: -1'],
])('%j is refused', (kubeReserved, message) => {
  expect(() => readReserve({ systemReserved: {}, kubeReserved }, [])).toThrow(message);
});

it('a node that keeps more from pods than it has takes none at all', () => {
  const keeping = (systemReserved: Readonly<Record<string, string>>) => () =>
    requireRoom(size, readReserve({ systemReserved, kubeReserved: {} }, []));
  expect(keeping({ cpu: '4', memory: '8Gi' })).not.toThrow();
  expect(keeping({ cpu: '4500m', memory: '8Gi' })).toThrow(
    'invalid Node Allocatable configuration. Resource "cpu" has a reservation of 4500m but capacity of 4. Expected capacity >= reservation.',
  );
});
