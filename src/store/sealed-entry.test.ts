import { expect, it } from 'vitest';
import { sealedEntry } from './sealed-entry.ts';
import { StoreError } from './store.ts';

const head = { key: '/a', createRevision: 1, modRevision: 2 };

it('is opened once, and not before it is asked for', () => {
  let opened = 0;
  const entry = sealedEntry(head, () => Buffer.from(`opened ${++opened}`));
  expect([entry.key, entry.createRevision, entry.modRevision, opened]).toEqual(['/a', 1, 2, 0]);
  expect(entry.value.toString()).toBe('opened 1');
  expect(entry.value).toBe(entry.value);
  expect(opened).toBe(1);
});

it('is tried again where it could not be opened', () => {
  let key: string | undefined;
  const entry = sealedEntry(head, () => {
    if (key === undefined) throw new StoreError('Unreadable', 'no key');
    return Buffer.from(key);
  });
  expect(() => entry.value).toThrow('no key');
  key = 'found';
  expect(entry.value.toString()).toBe('found');
});
