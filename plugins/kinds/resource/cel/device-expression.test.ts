import { expect, it } from 'vitest';
import { settled } from '../../testing/settled.ts';
import { ResourceSlice } from '../v1/resource-slice.ts';
import { compileDeviceExpression, judgeDevice } from './device-expression.ts';

const slice = settled(ResourceSlice, {
  metadata: {},
  spec: {
    driver: 'd.x',
    nodeName: 'n',
    pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
    devices: [
      {
        name: 'a',
        attributes: {
          model: { string: 'LATEST-GPU' },
          cores: { int: 8 },
          'other.x/fast': { bool: true },
          driverVersion: { version: '1.2.3' },
        },
        capacity: { memory: { value: '80Gi' } },
      },
    ],
  },
});

function judged(text: string): unknown {
  const expression = compileDeviceExpression(text);
  const [device] = slice.spec.devices ?? [];
  if ('problem' in expression || device === undefined) return expression;
  const verdict = judgeDevice(expression.program, 'd.x', device);
  return 'problem' in verdict ? verdict.problem : verdict.matches;
}

it.each<[string, unknown]>([
  ['device.driver == "d.x"', true],
  ['device.attributes["d.x"].model == "LATEST-GPU"', true],
  ['device.attributes["d.x"].cores > 8', false],
  ['device.attributes["other.x"].fast', true],
  ['device.attributes["d.x"].driverVersion.isGreaterThan(semver("1.2.0"))', true],
  ['device.capacity["d.x"].memory.compareTo(quantity("40Gi")) >= 0', true],
  ['device.allowMultipleAllocations', false],
  ['"nowhere" in device.attributes', true],
  ['has(device.attributes["nowhere"].model)', false],
  ['cel.bind(own, device.attributes["d.x"], own.cores == 8 && own.model.startsWith("LATEST"))', true],
  ['device.attributes["d.x"].none == 1', 'no such key: none'],
  [
    'device.attributes["d.x"].model',
    "CEL result of type string could not be converted to bool: type conversion error from 'string' to 'bool'",
  ],
  ['device.driver', { problem: 'must evaluate to bool or the unknown type, not string' }],
  [
    'device.nothing',
    { problem: "compilation failed: ERROR: <input>:1:7: undefined field 'nothing'\n | device.nothing\n | ......^" },
  ],
])('%s', (text, verdict) => {
  expect(judged(text)).toEqual(verdict);
});

it('knows before what may become too dear', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'true' : `device.attributes.all(x${depth}, ${nested(depth - 1)})`;
  const costOf = (text: string) => {
    const expression = compileDeviceExpression(text);
    return 'problem' in expression ? expression.problem : expression.maxCost;
  };
  expect(costOf('device.driver == "d.x"')).toBeLessThan(20);
  expect(costOf(nested(4))).toBeGreaterThan(1_000_000);
});
