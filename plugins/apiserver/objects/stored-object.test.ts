import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { stamped } from '../../../src/store/stamped.ts';
import { encodeObject, encodeUnstamped, withRevision } from './stored-object.ts';

const awkward = fc.constantFrom('resourceVersion', 'metadata', 'ü', '"}', '');
const metadata = fc.record(
  {
    annotations: fc.dictionary(awkward, awkward),
    name: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    resourceVersion: fc.constantFrom('', '12'),
    uid: fc.uuid(),
  },
  { requiredKeys: [] },
);
const object = fc.tuple(fc.boolean(), fc.jsonValue(), metadata).map(([isLast, spec, metadata]): unknown => {
  const head = { kind: 'Thing', apiVersion: 'tiphys.dev/v1' };
  return isLast ? { ...head, spec, metadata } : { metadata, spec, ...head };
});

it('tells the place of the revision in whatever object', () => {
  fc.assert(
    fc.property(object, fc.integer({ min: 1, max: 2 ** 53 }), (given, revision) => {
      const object = given as AnyObject;
      const { value, revisionAt } = encodeUnstamped(object);
      const bytes = stamped(value, revisionAt, revision);
      expect(bytes.toString()).toBe(encodeObject(withRevision(object, revision)).toString());
    }),
  );
});
