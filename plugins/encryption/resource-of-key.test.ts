import { expect, it } from 'vitest';
import { storageKey } from '../../src/api/storage-key.ts';
import { everyKind } from '../kinds/testing/every-kind.ts';
import { groupResourceText, parseGroupResource, resourceOfKey } from './resource-of-key.ts';

it('tells of each kind where it lies', () => {
  const wrong = everyKind.filter(kind => {
    const { group, plural } = kind.storedAs ?? kind;
    const found = resourceOfKey(storageKey(kind, { namespace: 'apps', name: 'batch' }));
    return found?.group !== group || found.resource !== plural;
  });
  expect(wrong.map(({ plural, group }) => `${plural}.${group}`)).toEqual([]);
});

it.each([
  ['/registry/example.com/widgets/default/a', { group: 'example.com', resource: 'widgets' }],
  ['/registry/ranges/servicenodeports/30000', undefined],
  ['/elsewhere/secrets/a', undefined],
])('tells of %s', (key, found) => {
  expect(resourceOfKey(key)).toEqual(found);
});

it.each(['secrets', 'deployments.apps', '*.apps', '*.', '*.*', 'widgets.example.com'])('names %s as it is', text => {
  expect(groupResourceText(parseGroupResource(text))).toBe(text);
});
