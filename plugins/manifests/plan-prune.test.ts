import { expect, it } from 'vitest';
import { parsed, planPrune, printed, unionOf, type AppliedObject } from './plan-prune.ts';

const of = (name: string, more: Partial<AppliedObject> = {}): AppliedObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
  ...more,
});
const names = (objects: readonly AppliedObject[]): readonly string[] => objects.map(({ name }) => name);

it.each([
  ['nothing while all is said', [of('a'), of('b')], [of('b'), of('a')], []],
  ['what is no longer said, last first', [of('a'), of('b'), of('c')], [of('b')], ['c', 'a']],
  ['everything of a file that is gone', [of('a'), of('b')], [], ['b', 'a']],
  ['not what another file says too', [of('shared'), of('b')], [], ['b']],
  ['the same name elsewhere', [of('a')], [of('a', { namespace: 'other' })], ['a']],
  ['not what changed its version', [of('a', { apiVersion: 'apps/v1beta1' })], [of('a', { apiVersion: 'apps/v1' })], []],
] as const)('prunes %s', (_what, before, wanted, pruned) => {
  const applied = new Map([
    ['file.yaml', before],
    ['other.yaml', [of('shared')]],
  ]);
  expect(names(planPrune(applied, 'file.yaml', wanted))).toEqual(pruned);
});

it('remembers what was and what comes', () => {
  expect(unionOf([of('a', { uid: '1' })], [of('a'), of('b')])).toEqual([of('a', { uid: '1' }), of('b')]);
});

it('reads what it wrote, and nothing of what is damaged', () => {
  const objects = [of('a', { uid: '1' }), of('b')];
  expect(parsed(printed(objects))).toEqual(objects);
  for (const damaged of ['', '{', '{}', '[1,null,{"kind":"ConfigMap"}]']) expect(parsed(damaged), damaged).toEqual([]);
});
