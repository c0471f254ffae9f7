import { describe, expect, it } from 'vitest';
import { withDangling } from './dangling.ts';
import { upkeepOf } from './upkeep.ts';

const KEY = 'apf.kubernetes.io/autoupdate-spec';
const stored = (spec: string, annotation: string | undefined, generation: number) => ({
  metadata: { name: 'x', generation, ...(annotation === undefined ? {} : { annotations: { [KEY]: annotation } }) },
  spec,
});
const update = (spec: string, annotation: string) => ({ type: 'update', spec, annotations: { [KEY]: annotation } });

describe('an object of the server itself', () => {
  it.each([
    ['mandatory, as it is to be', true, stored('own', 'true', 1), undefined],
    ['mandatory, changed', true, stored('other', 'true', 2), update('own', 'true')],
    ['mandatory, said to be left alone', true, stored('other', 'false', 2), update('own', 'true')],
    ['suggested, as it is to be', false, stored('own', 'true', 1), undefined],
    ['suggested, of an older server', false, stored('other', 'true', 1), update('own', 'true')],
    ['suggested, changed and left alone', false, stored('other', 'false', 2), undefined],
    ['suggested, changed, without a word of it', false, stored('other', undefined, 2), update('other', 'false')],
    ['suggested, not changed, without a word of it', false, stored('other', undefined, 1), update('own', 'true')],
    ['suggested, with an odd word', false, stored('own', 'perhaps', 3), update('own', 'false')],
    ['suggested, in another spelling', false, stored('own', 'T', 3), undefined],
  ] as const)('%s', (_name, isMandatory, object, expected) => {
    expect(upkeepOf<string>(object, { spec: 'own', isMandatory })).toEqual(expected);
  });
});

it.each([
  ['that the server made once', 'true', { type: 'delete' }],
  ['that it made and somebody took over', 'false', undefined],
  ['of somebody else', undefined, undefined],
])('an object %s', (_name, annotation, expected) => {
  expect(upkeepOf(stored('s', annotation, 1), undefined)).toEqual(expected);
});

describe('a FlowSchema', () => {
  const NOW = '2026-01-02T03:04:05Z';
  const missing = withDangling({}, { levelName: 'p', isThere: false }, NOW);

  it('is told to dangle where its level is not there', () => {
    expect(missing.conditions).toEqual([
      {
        type: 'Dangling',
        status: 'True',
        reason: 'NotFound',
        message:
          'This FlowSchema references the PriorityLevelConfiguration object named "p" but there is no such object',
        lastTransitionTime: NOW,
      },
    ]);
  });

  it('is told not to once it is', () => {
    expect(withDangling(missing, { levelName: 'p', isThere: true }, '2027-01-02T03:04:05Z').conditions).toEqual([
      {
        type: 'Dangling',
        status: 'False',
        reason: 'Found',
        message: 'This FlowSchema references the PriorityLevelConfiguration object named "p" and it exists',
        lastTransitionTime: '2027-01-02T03:04:05Z',
      },
    ]);
  });

  it('is left alone where that is told already', () => {
    expect(withDangling(missing, { levelName: 'p', isThere: false }, '2027-01-02T03:04:05Z')).toBe(missing);
  });
});
