import { expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { RuntimeClass } from './runtime-class.ts';

const twice = { key: 'k', operator: 'Exists' };
const printed = '{"Key":"k","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}';

it.each<[object, readonly string[]]>([
  [{ handler: 'h', overhead: { podFixed: { cpu: '100m' } } }, []],
  [{}, ['handler: Required value']],
  [{ handler: 'a.b' }, ['handler: Invalid value: "a.b": must not contain dots']],
  [
    { handler: 'h', overhead: { podFixed: { cpu: '-1' } } },
    ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    { handler: 'h', scheduling: { tolerations: [twice, twice, { key: 'l', operator: 'Odd' }] } },
    [
      'scheduling.tolerations[2].operator: Unsupported value: "Odd": supported values: "Equal", "Exists"',
      `scheduling.tolerations[1]: Duplicate value: ${printed}`,
    ],
  ],
])('%j', (parts, errors) => {
  expect(complaints(RuntimeClass, parts)).toEqual(errors);
});

it('keeps its handler, and is warned of old labels', () => {
  expect(complaints(RuntimeClass, { handler: 'i' }, { handler: 'h' })).toEqual([
    'handler: Invalid value: "i": field is immutable',
  ]);
  const scheduling = { nodeSelector: { 'beta.kubernetes.io/os': 'linux', a: 'b' } };
  expect(RuntimeClass.warnings?.(stored(RuntimeClass, { handler: 'h', scheduling }))).toEqual([
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});
