import { describe, expect, it } from 'vitest';
import type { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { planNames } from './plan-names.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const names = (more: object = {}) => ({ plural: 'foos', singular: 'foo', kind: 'Foo', listKind: 'FooList', ...more });
const NONE = { plural: '', kind: '' };
const definition = (spec: object, status: object = {}): CustomResourceDefinition =>
  ({
    spec: { group: 'ex.io', names: spec },
    status: { conditions: null, storedVersions: ['v1'], acceptedNames: NONE, ...status },
  }) as unknown as CustomResourceDefinition;
const served = (accepted: object) => definition(accepted, { acceptedNames: accepted });
const said = ({ conditions }: ReturnType<typeof planNames>) =>
  (conditions ?? []).map(({ type, status, reason, message }) => [type, status, reason, message]);

describe('the names of a definition', () => {
  it('are its own where nobody has them, and it is served after that was said', () => {
    const first = planNames(definition(names()), [], NOW_MS);
    expect(first.acceptedNames).toEqual(names());
    expect(said(first)).toEqual([
      ['NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'],
      ['Established', 'False', 'Installing', 'the initial names have been accepted'],
    ]);
    const second = planNames(definition(names(), first), [], NOW_MS + 1000);
    expect(said(second)[1]).toEqual([
      'Established',
      'True',
      'InitialNamesAccepted',
      'the initial names have been accepted',
    ]);
    expect(planNames(definition(names(), second), [], NOW_MS + 2000)).toEqual(second);
  });

  it.each([
    ['plural', { plural: 'foos', kind: 'Bar' }, 'PluralConflict', '"foos" is already in use'],
    ['short name', { plural: 'bars', kind: 'Bar', shortNames: ['foo'] }, 'SingularConflict', '"foo" is already in use'],
    ['kind', { plural: 'bars', kind: 'Foo' }, 'KindConflict', '"Foo" is already in use'],
    [
      'list kind',
      { plural: 'bars', kind: 'Bar', listKind: 'FooList' },
      'ListKindConflict',
      '"FooList" is already in use',
    ],
  ])('a %s that another has is refused, the others are taken', (_name, taken, reason, message) => {
    const status = planNames(definition(names()), [served(taken)], NOW_MS);
    expect(said(status)).toEqual([
      ['NamesAccepted', 'False', reason, message],
      ['Established', 'False', 'NotAccepted', 'not all names are accepted'],
    ]);
    expect(Object.values(status.acceptedNames).filter(name => name !== '').length).toBeGreaterThan(1);
  });

  it('what it has it keeps when another asks for it, and is served on', () => {
    const established = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'x' };
    const before = definition(names({ shortNames: ['a'] }), { acceptedNames: names(), conditions: [established] });
    const status = planNames(before, [served({ plural: 'as', kind: 'A', shortNames: ['a'] })], NOW_MS);
    expect(status.acceptedNames).toEqual(names());
    expect(said(status)).toEqual([
      ['Established', 'True', 'InitialNamesAccepted', 'x'],
      ['NamesAccepted', 'False', 'ShortNamesConflict', '"a" is already in use'],
    ]);
  });
});
