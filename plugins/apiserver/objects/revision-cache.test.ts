import { expect, it } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Parsed } from './made-objects.ts';
import { RevisionCache } from './revision-cache.ts';

const LIMIT_BYTES = 1000;
const META = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const object: AnyObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: META };
const parsed = (revision: number, bytes = 100) => ({ revision, object, bytes });

it('keeps no more than two generations by their encoded bytes, and those longest that are asked for', () => {
  const cache = new RevisionCache<Parsed>(LIMIT_BYTES);
  const knows = (name: string): boolean => cache.get(name, 1) !== undefined;
  for (let index = 0; index < 100; index++) {
    cache.set(`new-${index}`, parsed(1));
    cache.set('asked', parsed(1));
    expect(knows('asked')).toBe(true);
  }
  const kept = Array.from({ length: 100 }, (_, index) => `new-${index}`).filter(knows);
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept.at(-1)).toBe('new-99');
});

it('counts an object that is replaced once, and lets no older one take its place', () => {
  const cache = new RevisionCache<Parsed>(LIMIT_BYTES);
  cache.set('first', parsed(1));
  for (let revision = 1; revision <= 50; revision++) cache.set('a', parsed(revision));
  expect(cache.get('first', 1)?.object).toBe(object);
  cache.set('a', parsed(49));
  expect(cache.get('a', 50)?.object).toBe(object);
  expect(cache.get('a', 49)).toBeUndefined();
});
