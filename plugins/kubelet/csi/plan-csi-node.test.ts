import { expect, it } from 'vitest';
import { topologyProblem, withDriver, withNodeId, withoutDriver } from './plan-csi-node.ts';
import { versionProblem } from './version-problem.ts';

const driver = { name: 'd', nodeId: 'n1', maxVolumes: 0, topology: {} };
const plain = { name: 'd', nodeID: 'n1', topologyKeys: null };
const other = { name: 'e', nodeID: 'x', topologyKeys: ['t'] };

it('a driver has one place among those of its node', () => {
  expect(withDriver([], driver)).toEqual([plain]);
  expect(withDriver([{ ...plain, nodeID: 'old' }, other], driver)).toEqual([other, plain]);
  expect(withDriver([], { ...driver, maxVolumes: 3, topology: { b: '1', a: '2' } })).toEqual([
    { ...plain, topologyKeys: ['a', 'b'], allocatable: { count: 3 } },
  ]);
  // It counts in 64 bits, a CSINode in 32.
  expect(withDriver([], { ...driver, maxVolumes: 2 ** 40 })[0]?.allocatable).toEqual({ count: 2 ** 31 - 1 });
  expect(withoutDriver([plain, other], 'd')).toEqual([other]);
});

it('labels of a node are not changed by a driver that sees them otherwise', () => {
  const zone = { ...driver, topology: { zone: 'a' } };
  expect(topologyProblem({}, zone)).toBeUndefined();
  expect(topologyProblem({ zone: 'a' }, zone)).toBeUndefined();
  expect(topologyProblem({ zone: 'b' }, zone)).toBe(
    'detected topology value collision: driver reported "zone":"a" but existing label is "zone":"b"',
  );
});

it.each([
  [undefined, 'n', '{"d":"n"}'],
  ['{"e":"x","d":"old"}', 'n', '{"e":"x","d":"n"}'],
  ['{"e":"x","d":"old"}', undefined, '{"e":"x"}'],
  ['nonsense', 'n', '{"d":"n"}'],
  ['[1]', 'n', '{"d":"n"}'],
])('%s becomes, with %s, %s', (text, nodeId, expected) => {
  expect(withNodeId(text, 'd', nodeId)).toBe(expected);
});

it('drivers of the first version of CSI are taken on', () => {
  for (const versions of [['1.0.0'], ['v1.2.3'], ['0.3.0', '1']]) expect(versionProblem('d', versions)).toBeUndefined();
  expect(versionProblem('d', [])).toContain('reporting empty array for supported versions');
  expect(versionProblem('d', ['2.0.0', '10.1.0'])).toContain('none of the CSI versions reported by this driver');
});
