import { expect, it } from 'vitest';
import { complaints } from '../../testing/complaints.ts';
import { settled } from '../../testing/settled.ts';
import { LimitRange } from './limit-range.ts';

const container = (bounds: object): object => ({ type: 'Container', ...bounds });
const ITEM = 'spec.limits[0]';

it.each<[readonly object[], readonly string[]]>([
  [
    [container({ max: { cpu: '2', 'a.b/c': '1', 'hugepages-2Mi': '2Mi' } }), { type: 'a.b/c', max: { storage: '1' } }],
    [],
  ],
  [
    [{}, { type: 'Odd' }, { type: 'Odd' }],
    [
      `${ITEM}.type: Invalid value: "": name part must be non-empty`,
      `${ITEM}.type: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      'spec.limits[1].type: Invalid value: "Odd": must be a standard limit type or fully qualified',
      'spec.limits[2].type: Invalid value: "Odd": must be a standard limit type or fully qualified',
      'spec.limits[2].type: Duplicate value: "Odd"',
    ],
  ],
  [
    [{ type: 'Pod', max: { storage: '1' } }],
    [`${ITEM}.max[storage]: Invalid value: "storage": must be a standard resource for containers`],
  ],
  [
    [{ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } }],
    [
      `${ITEM}.default: Forbidden: may not be specified when \`type\` is 'Pod'`,
      `${ITEM}.defaultRequest: Forbidden: may not be specified when \`type\` is 'Pod'`,
    ],
  ],
  [
    [{ type: 'PersistentVolumeClaim' }],
    [`${ITEM}.limits: Required value: either minimum or maximum storage value is required, but neither was provided`],
  ],
  [
    [container({ min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '3' }, defaultRequest: { cpu: '4' } })],
    [
      `${ITEM}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`,
      `${ITEM}.defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than max value 1`,
      `${ITEM}.defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than default limit value 3`,
      `${ITEM}.default[cpu]: Invalid value: "1": default value 3 is greater than max value 1`,
    ],
  ],
  [
    [container({ min: { cpu: '2' }, default: { cpu: '1' }, defaultRequest: { cpu: '1' } })],
    [
      `${ITEM}.defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1`,
      `${ITEM}.default[cpu]: Invalid value: "2": min value 2 is greater than default value 1`,
    ],
  ],
  [
    [container({ maxLimitRequestRatio: { cpu: '500m' } })],
    [`${ITEM}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`],
  ],
  [
    [{ type: 'Pod', min: { cpu: '1' }, max: { cpu: '3' }, maxLimitRequestRatio: { cpu: '4' } }],
    [`${ITEM}.maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 3.000000`],
  ],
  [
    [container({ default: { 'a.b/c': '2' }, defaultRequest: { 'a.b/c': '1' } })],
    [
      `${ITEM}.defaultRequest[a.b/c]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in a.b/c`,
    ],
  ],
])('%j', (limits, expected) => {
  expect(complaints(LimitRange, { spec: { limits } })).toEqual(expected);
});

it.each([
  [container({ max: { cpu: '2' } }), { default: { cpu: '2' }, defaultRequest: { cpu: '2' } }],
  [container({ min: { cpu: '1' }, default: { cpu: '2' } }), { default: { cpu: '2' }, defaultRequest: { cpu: '2' } }],
  [container({ min: { cpu: '1' } }), { defaultRequest: { cpu: '1' } }],
  [
    container({ max: { cpu: '2' }, defaultRequest: { cpu: '1' } }),
    { default: { cpu: '2' }, defaultRequest: { cpu: '1' } },
  ],
  [{ type: 'Pod', max: { cpu: '2' } }, {}],
])(
  'what containers get follows: %j',
  (item, { default: limit, defaultRequest }: { default?: object; defaultRequest?: object }) => {
    const [range] =
      settled(LimitRange, { metadata: {}, spec: { limits: [item as { type: string }] } }).spec.limits ?? [];
    expect([range?.default, range?.defaultRequest]).toEqual([limit, defaultRequest]);
  },
);
